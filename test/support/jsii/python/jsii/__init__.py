"""
As much of jsii's client for Python as the generated package needs: it speaks the kernel's protocol to the real runtime.

`JSII_RUNTIME` is the path of that runtime, `JSII_PACKAGES` a JSON list of [name, version, tarball] that are loaded first. Modules of
packages that are not generated here (the frameworks) are made of nothing: see `made_module`.
"""

import atexit
import enum as _enum
import importlib.resources
import json
import os
import re
import subprocess
import sys
import types
import typing

from . import _reference_map, python

Number = typing.Union[int, float]
BY_REFERENCE = "$jsii.byref"

_objects: typing.Dict[str, object] = {}
_classes: typing.Dict[str, type] = {}


class JSIIError(RuntimeError):
    """What the kernel, or a construct in it, has thrown."""


class _Kernel:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            ["node", os.environ["JSII_RUNTIME"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self.read()
        for name, version, tarball in json.loads(os.environ["JSII_PACKAGES"]):
            self.ask(api="load", name=name, version=version, tarball=tarball)
        atexit.register(self.stop)

    def read(self) -> dict:
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise JSIIError(answer["error"])
        return answer

    def ask(self, **request: object) -> dict:
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self.read()["ok"]

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait()


kernel = _Kernel()


class JSIIAssembly:
    @staticmethod
    def load(name: str, version: str, module: str, tarball: str) -> None:
        with importlib.resources.path(module + "._jsii", tarball) as path:
            kernel.ask(api="load", name=name, version=version, tarball=str(path))


class JSIIMeta(type):
    def __new__(meta, name, bases, attributes, *, jsii_type=None):
        made = super().__new__(meta, name, bases, attributes)
        if jsii_type is not None:
            made.__jsii_type__ = jsii_type
            _classes[jsii_type] = made
        return made

    def __init__(made, name, bases, attributes, *, jsii_type=None):
        super().__init__(name, bases, attributes)


def _sent(value: object) -> object:
    if value is None or isinstance(value, (str, int, float, bool)) and not isinstance(value, _enum.Enum):
        return value
    if isinstance(value, _enum.Enum):
        return {"$jsii.enum": f"{type(value).__jsii_type__}/{value.value}"}
    if isinstance(value, (list, tuple)):
        return [_sent(item) for item in value]
    if isinstance(value, dict):
        return {"$jsii.map": {name: _sent(item) for name, item in value.items()}}
    if hasattr(value, "__jsii_names__"):
        data = {value.__jsii_names__[name]: _sent(item) for name, item in value._values.items()}
        return {"$jsii.struct": {"fqn": value.__jsii_type__, "data": data}}
    return {BY_REFERENCE: value.__jsii_ref__}


def _received(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if BY_REFERENCE not in value:
        raise JSIIError(f"the kernel sent {json.dumps(value)}, which no test has needed before")
    reference = value[BY_REFERENCE]
    if reference not in _objects:
        made = _classes.get(reference.rsplit("@", 1)[0], Made)
        _objects[reference] = made.__new__(made)
        _objects[reference].__jsii_ref__ = reference
    return _objects[reference]


def create(made: type, this: object, args: typing.Sequence[object]) -> None:
    this.__jsii_ref__ = kernel.ask(api="create", fqn=made.__jsii_type__, args=_sent(args))[BY_REFERENCE]
    _objects[this.__jsii_ref__] = this


def get(this: object, name: str) -> object:
    return _received(kernel.ask(api="get", objref=_sent(this), property=name).get("value"))


def sget(made: type, name: str) -> object:
    return _received(kernel.ask(api="sget", fqn=made.__jsii_type__, property=name).get("value"))


def invoke(this: object, name: str, args: typing.Sequence[object]) -> object:
    return _received(kernel.ask(api="invoke", objref=_sent(this), method=name, args=_sent(args)).get("result"))


def sinvoke(made: type, name: str, args: typing.Sequence[object]) -> object:
    return _received(kernel.ask(api="sinvoke", fqn=made.__jsii_type__, method=name, args=_sent(args)).get("result"))


def data_type(*, jsii_type: str, jsii_struct_bases: typing.Sequence[type], name_mapping: typing.Dict[str, str]):
    def decorate(made: type) -> type:
        made.__jsii_type__ = jsii_type
        made.__jsii_names__ = name_mapping
        return made

    return decorate


def enum(*, jsii_type: str):
    def decorate(made: type) -> type:
        made.__jsii_type__ = jsii_type
        return made

    return decorate


def interface(*, jsii_type: str):
    return lambda made: made


def member(*, jsii_name: str):
    return lambda function: function


def implements(*interfaces: type):
    return lambda made: made


def _camel(name: str) -> str:
    return re.sub("_(.)", lambda found: found.group(1).upper(), name)


class _MadeMeta(JSIIMeta):
    """Static methods of a made class."""

    def __getattr__(made, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args: sinvoke(made, _camel(name), args)


class Made(metaclass=_MadeMeta):
    """An object of a framework's class, whose members are those that the kernel has."""

    def __init__(self, *args: object, **options: object) -> None:
        create(type(self), self, [*args, *([{_camel(name): value for name, value in options.items()}] if options else [])])

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return get(self, _camel(name))
        except JSIIError:
            return lambda *args: invoke(self, _camel(name), args)


def made_module(name: str) -> None:
    """Lets `import name` find a module that has a class for whatever is asked of it."""
    module = types.ModuleType(name)
    module.__getattr__ = lambda wanted: _classes.get(f"{name}.{wanted}") or _MadeMeta(
        wanted, (Made,), {}, jsii_type=f"{name}.{wanted}"
    )
    module._jsii = sys.modules[name + "._jsii"] = types.ModuleType(name + "._jsii")
    sys.modules[name] = module
