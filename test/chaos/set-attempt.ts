import { eventually, pause } from "../e2e/rollback/support/eventually";
import { isRunning, signal } from "../e2e/rollback/support/processes";
import { FakeBlobService, type AccountHandle } from "../support/fake-blob-service";
import { strike, ROLLBACK_LIMIT_MILLISECONDS, type Attempt, type Ending } from "./attempt";
import type { Random } from "./random";
import { applyUnknowns } from "./unknowns";
import type { Kill } from "./scenario";
import type { OtherActor, SetScenario } from "./set-scenario";
import { CONTAINER, SetDeployment } from "./set-world";

const name = (index: number) => String(index).padStart(4, "0");
const FOREIGN = "foreign-blob";
const GONE = "gone";

/** Text of each name's blob; undefined when it is absent. */
type Contents = ReadonlyMap<string, string>;

/**
 * Runs one disturbed deploy of a set, in some scenarios at the same time as a second deployment,
 * and then a clean deploy of each.
 */
export async function attemptSet(scenario: SetScenario, random: Random): Promise<Attempt> {
  const service = await FakeBlobService.start({ latencyMilliseconds: scenario.duration });
  const [source, dest] = [service.account("source"), service.account("dest")];
  source.createContainer(CONTAINER);
  dest.createContainer(CONTAINER);
  const deployments = ["a/", ...(scenario.withSecondDeployment ? ["b/"] : [])].map(
    (prefix) => new SetDeployment(service, prefix, scenario),
  );
  const [first] = deployments;
  if (first === undefined) throw new Error("there is no deployment");
  try {
    await Promise.all(deployments.map((deployment) => deployment.init()));
    await prepare(scenario, deployments, source, dest);
    const before = contentsOf(dest);
    applyUnknowns(scenario.unknowns, service.script);
    const wanted = new Map(Array.from({ length: scenario.blobs }, (_, index) => [name(index), `new ${String(index)}`]));
    const { disturbance, kill, actor } = scenario;
    if (disturbance !== undefined) service.script.random(() => (random.chance(disturbance.probability) ? disturbance.fault : undefined));

    const copiedBefore = copyRequests(service);
    const hasCopied = () => copyRequests(service) > copiedBefore;
    const runs = deployments.map((deployment) => deployment.start(scenario.descriptors));
    const acting = act(actor, hasCopied, dest, random);
    const [run] = runs;
    const mayBeDead = kill === undefined || run === undefined ? false : await killAtItsMoment(kill, hasCopied, run);
    const outputs = (await Promise.all(runs.map(({ ended }) => ended))).map(({ output }) => output);
    const touched = await acting;
    for (const deployment of deployments) await deployment.guardiansEnded(ROLLBACK_LIMIT_MILLISECONDS);

    const problems = deployments.flatMap((deployment, index) =>
      problemsOf({ scenario, deployment, dest, before, wanted, touched, mayBeDead: index === 0 && mayBeDead }),
    );
    const ending = endingOf(contentsOf(dest), before, wanted);
    service.script.reset();
    applyUnknowns(scenario.unknowns, service.script);
    service.latencyMilliseconds = 0;
    let lostState = false;
    for (const deployment of deployments) {
      const { hasLostState } = deployment;
      lostState ||= hasLostState;
      const next = await deployment.apply();
      if (next.exitCode !== 0) problems.push(`the next deploy failed:\n${next.output}`);
      problems.push(...problemsAfterNext({ scenario, deployment, dest, wanted, touched }, hasLostState));
    }
    return { ending, adopted: false, lostState, problems, abortedAfter: undefined, restoredAfter: undefined, output: outputs.join("\n") };
  } finally {
    await Promise.all(deployments.map((deployment) => deployment.dispose()));
    await service.stop();
  }
}

/**
 * Some blobs exist with older content, and one is not declared. For a prune, one has since been
 * deleted from the source.
 */
async function prepare(
  { kind, blobs, older }: SetScenario,
  deployments: readonly SetDeployment[],
  source: AccountHandle,
  dest: AccountHandle,
): Promise<void> {
  for (const { prefix } of deployments) dest.putBlob(CONTAINER, `${prefix}${FOREIGN}`, { content: "theirs" });
  dest.putBlob(CONTAINER, "elsewhere", { content: "theirs" });
  for (let index = 0; index < older; index++)
    source.putBlob(CONTAINER, `src/${name(index)}`, { content: `old ${String(index)}`.padEnd(64) });
  if (kind === "prune") source.putBlob(CONTAINER, `src/${GONE}`, { content: "copied, then gone" });
  if (older > 0 || kind === "prune") {
    for (const deployment of deployments) {
      const { exitCode, output } = await deployment.apply();
      if (exitCode !== 0) throw new Error(`the deploy before failed:\n${output}`);
    }
  }
  if (kind === "prune") source.deleteBlob(CONTAINER, `src/${GONE}`);
  for (let index = 0; index < blobs; index++) source.putBlob(CONTAINER, `src/${name(index)}`, { content: `new ${String(index)}` });
}

/** A change by another client: the name, and its content since then. */
interface Touched {
  readonly name: string;
  readonly content: string | undefined;
  readonly snapshot?: string;
}

/** Another client acts once, at some moment during the copying. Resolves with its change. */
async function act(actor: OtherActor, hasCopied: () => boolean, dest: AccountHandle, random: Random): Promise<Touched | undefined> {
  if (actor === "nobody") return undefined;
  const target = `a/${name(random.integer(0, 5))}`;
  const delay = random.integer(0, 400);
  await eventually(hasCopied, undefined).catch(() => undefined);
  await pause(delay);
  switch (actor) {
    case "writes a blob of the set":
      dest.putBlob(CONTAINER, target, { content: "somebody else's" });
      return { name: target, content: "somebody else's" };
    case "writes beside the set":
      dest.putBlob(CONTAINER, "a/somebody-else", { content: "somebody else's" });
      return { name: "a/somebody-else", content: "somebody else's" };
    case "takes a snapshot":
      if (dest.getBlob(CONTAINER, target) === undefined) return undefined;
      return { name: target, content: undefined, snapshot: dest.snapshot(CONTAINER, target) };
    case "deletes a blob of the set":
      if (dest.getBlob(CONTAINER, target) === undefined) return undefined;
      dest.deleteBlob(CONTAINER, target);
      return { name: target, content: undefined };
  }
}

const COPY_OPERATIONS = ["Put Blob From URL", "Put Block From URL", "Copy Blob", "Put Block"];

/** Number of copy requests so far, of all deploys. */
function copyRequests(service: FakeBlobService): number {
  return COPY_OPERATIONS.reduce((count, operation) => count + service.requestsOf(operation).length, 0);
}

/** Resolves with true if possibly no process was left that could roll back. */
async function killAtItsMoment(kill: Kill, hasCopied: () => boolean, run: ReturnType<SetDeployment["start"]>): Promise<boolean> {
  const hasEnded = () => !isRunning(run.pid);
  if (kill.from === "the copy's first request")
    await eventually(
      () => hasEnded() || hasCopied(),
      () => run.output,
      ROLLBACK_LIMIT_MILLISECONDS,
    );
  await pause(kill.after);
  if (hasEnded()) return false;
  const { launcher, guardian } = run.programs;
  strike(kill, run.pid, launcher, guardian);
  if (kill.guardianAfter !== undefined && guardian !== undefined) {
    await pause(kill.guardianAfter);
    signal(guardian, "SIGKILL");
  }
  return kill.victim === "everything" || kill.guardianAfter !== undefined;
}

interface Checked {
  readonly scenario: SetScenario;
  readonly deployment: SetDeployment;
  readonly dest: AccountHandle;
  readonly wanted: Contents;
  readonly touched: Touched | undefined;
}

/**
 * After the disturbed deploy: each blob is completely old or completely new, and other clients'
 * blobs are unchanged.
 */
function problemsOf({
  scenario,
  deployment,
  dest,
  before,
  wanted,
  touched,
  mayBeDead,
}: Checked & { readonly before: Contents; readonly mayBeDead: boolean }): string[] {
  const { prefix } = deployment;
  const now = contentsOf(dest);
  const problems = ofOthers(prefix, now, dest, touched);
  let [old, fresh] = [0, 0];
  for (const [key, content] of wanted) {
    const blob = `${prefix}${key}`;
    const held = now.get(blob);
    if (held === content) fresh++;
    else if (touched?.name === blob && touched.snapshot === undefined) {
      if (held !== touched.content) problems.push(`${blob} holds ${String(held)}, though somebody else changed it meanwhile`);
    } else if (held === before.get(blob)) old++;
    else if (!mayBeDead) problems.push(`${blob} holds ${String(held)}, neither old nor new`);
  }
  if (scenario.kind === "atomic" && !mayBeDead && old > 0 && fresh > 0)
    problems.push(`an atomic set has ${String(old)} old and ${String(fresh)} new blobs`);
  if (!mayBeDead) problems.push(...leftOnTheService(prefix, dest, wanted, touched));
  return problems;
}

/**
 * A deployment that lost its state has a new identity, so it leaves its predecessor's leftovers
 * alone.
 */
function problemsAfterNext(checked: Checked, hasLostState: boolean): string[] {
  const { deployment, dest, wanted, touched } = checked;
  const { prefix } = deployment;
  const now = contentsOf(dest);
  const problems = ofOthers(prefix, now, dest, touched);
  for (const [key, content] of wanted)
    if (now.get(`${prefix}${key}`) !== content) problems.push(`${prefix}${key} holds ${String(now.get(`${prefix}${key}`))} after it`);
  if (!hasLostState) problems.push(...leftBehind(checked, now));
  return problems.map((problem) => `after the next deploy: ${problem}`);
}

/** Leftovers of the disturbed deploy that the next deploy must remove. */
function leftBehind({ scenario, deployment, dest, wanted, touched }: Checked, now: Contents): string[] {
  const { prefix } = deployment;
  const problems = leftOnTheService(prefix, dest, wanted, touched);
  if (scenario.kind === "prune" && now.has(`${prefix}${GONE}`)) problems.push(`${prefix}${GONE} was not pruned`);
  for (const file of dest.blobNames(CONTAINER))
    if (file.startsWith(".blobcopy/") && !(scenario.kind === "prune" && file.endsWith(".ndjson"))) problems.push(`${file} is left`);
  problems.push(...deployment.localLeftovers.map((file) => `${file} is left on this machine`));
  return problems;
}

function ofOthers(prefix: string, now: Contents, dest: AccountHandle, touched: Touched | undefined): string[] {
  const problems: string[] = [];
  for (const theirs of [`${prefix}${FOREIGN}`, "elsewhere"]) if (now.get(theirs) !== "theirs") problems.push(`${theirs} was changed`);
  if (touched?.name === "a/somebody-else" && now.get(touched.name) !== touched.content) problems.push(`${touched.name} was changed`);
  if (touched?.snapshot !== undefined && !dest.snapshots(CONTAINER, touched.name).some(([snapshot]) => snapshot === touched.snapshot))
    problems.push(`somebody else's snapshot of ${touched.name} is gone`);
  return problems;
}

function leftOnTheService(prefix: string, dest: AccountHandle, wanted: Contents, touched: Touched | undefined): string[] {
  const problems: string[] = [];
  for (const key of wanted.keys()) {
    const blob = `${prefix}${key}`;
    const view = dest.getBlob(CONTAINER, blob);
    if (view?.copy?.status === "pending") problems.push(`a copy to ${blob} is pending`);
    if (JSON.stringify(view?.metadata ?? {}).includes("blobcopy_")) problems.push(`${blob} has marks`);
    const points = dest.snapshots(CONTAINER, blob).filter(([snapshot]) => snapshot !== touched?.snapshot);
    if (points.length > 0) problems.push(`${blob} has ${String(points.length)} restore points`);
  }
  return problems;
}

function endingOf(now: Contents, before: Contents, wanted: Contents): Ending {
  const all = [...wanted].map(([key, content]) => ({ held: now.get(`a/${key}`), content, old: before.get(`a/${key}`) }));
  if (all.every(({ held, content }) => held === content)) return "completed";
  return all.every(({ held, old }) => held === old) ? "rolled back" : "left to the next deploy";
}

function contentsOf(dest: AccountHandle): Contents {
  return new Map(dest.blobNames(CONTAINER).map((blob) => [blob, dest.getBlob(CONTAINER, blob)?.content.read().toString() ?? ""]));
}
