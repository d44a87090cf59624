import type { ResourceRequest, ResourceResponse } from "./provider";
import { inOrder, isCustom, resolved, type Template, type TemplateResource } from "./template";

export interface StackOptions {
  send(request: ResourceRequest): Promise<ResourceResponse>;
  /** Called with each new status of the stack. */
  statusChanged?(status: string): void | Promise<void>;
}

interface Deployed {
  readonly resource: TemplateResource;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly physicalId: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Its creation failed, and it was kept in that state. */
  readonly hasFailed?: boolean;
}

/**
 * During a cleanup, CloudFormation tries this many times to delete a resource, and then continues.
 */
const CLEANUP_TRIES = 3;

/** The effect of one update on a resource. */
interface Step {
  readonly logicalId: string;
  before: Deployed | undefined;
  after: Deployed | undefined;
}

/**
 * A CloudFormation stack: deploys custom resources in the order of their references, and rolls back
 * as the service documents it. A resource of another type exists at once, unless it is told to
 * fail.
 */
export class SimulatedStack {
  readonly stackId = "arn:aws:cloudformation:eu-west-1:111122223333:stack/app/5f2a9c1e";
  status = "REVIEW_IN_PROGRESS";
  /** Final status of the last operation that was not a deletion. */
  statusBefore = "";
  /** Reasons of failures, as the console shows them. */
  readonly reasons: string[] = [];
  readonly #deployed = new Map<string, Deployed>();
  #requests = 0;
  #notRolledBack: readonly Step[] = [];
  #leftovers: (readonly [logicalId: string, deployed: Deployed])[] = [];
  /** Resources whose creation failed in an earlier run, and that this run has created again. */
  #failedEarlier: (readonly [logicalId: string, deployed: Deployed])[] = [];

  constructor(private readonly options: StackOptions) {}

  /**
   * @param fails resources that fail, of another type than custom ones
   * @param keepsWhatIs `--disable-rollback`
   */
  async create(template: Template, fails: readonly string[] = [], keepsWhatIs = false): Promise<string> {
    await this.#become("CREATE_IN_PROGRESS");
    for (const logicalId of inOrder(template)) {
      const step: Step = { logicalId, before: undefined, after: undefined };
      if (await this.#apply(template, step, fails)) continue;
      if (keepsWhatIs) return this.#become("CREATE_FAILED");
      await this.#become("ROLLBACK_IN_PROGRESS");
      const isClean = await this.#deleteAll();
      return this.#become(isClean ? "ROLLBACK_COMPLETE" : "ROLLBACK_FAILED");
    }
    return this.#become("CREATE_COMPLETE");
  }

  /**
   * Creates the stack. Another resource fails while the only custom resource is still in progress,
   * so CloudFormation stops waiting for the custom resource and deletes it by an id that it
   * invents.
   */
  async createBesideFailure(template: Template, failure: Promise<void>): Promise<string> {
    await this.#become("CREATE_IN_PROGRESS");
    const [logicalId = "", resource] = Object.entries(template.Resources)[0] ?? [];
    if (resource === undefined) throw new Error("the template has no resource");
    void this.#apply(template, { logicalId, before: undefined, after: undefined }, []);
    await failure;
    await this.#become("ROLLBACK_IN_PROGRESS");
    const properties = this.#propertiesOf(template, resource);
    const isClean = await this.#delete(logicalId, { resource, properties, physicalId: `app-${logicalId}-1P3Q5R7S9T`, data: {} });
    return this.#become(isClean ? "ROLLBACK_COMPLETE" : "ROLLBACK_FAILED");
  }

  async update(template: Template, fails: readonly string[] = []): Promise<string> {
    await this.#become("UPDATE_IN_PROGRESS");
    this.#failedEarlier = [];
    const steps: Step[] = [];
    for (const logicalId of inOrder(template)) {
      const step: Step = { logicalId, before: this.#deployed.get(logicalId), after: undefined };
      steps.push(step);
      if (!(await this.#apply(template, step, fails))) return this.#rollBack(steps);
    }
    await this.#become("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    for (const [logicalId, deployed] of this.#failedEarlier) await this.#cleanUp(logicalId, deployed);
    for (const { logicalId, before, after } of steps.reverse())
      if (before !== undefined && after !== undefined && before.physicalId !== after.physicalId) await this.#cleanUp(logicalId, before);
    for (const [logicalId, deployed] of [...this.#deployed].reverse()) {
      if (logicalId in template.Resources) continue;
      await this.#cleanUp(logicalId, deployed);
      this.#deployed.delete(logicalId);
    }
    return this.#become("UPDATE_COMPLETE");
  }

  /** ContinueUpdateRollback, after `UPDATE_ROLLBACK_FAILED`. */
  async continueRollback(): Promise<string> {
    return this.#rollBack(this.#notRolledBack);
  }

  async delete(): Promise<string> {
    await this.#become("DELETE_IN_PROGRESS");
    return this.#become((await this.#deleteAll()) ? "DELETE_COMPLETE" : "DELETE_FAILED");
  }

  attribute(logicalId: string, name: string): unknown {
    return this.#deployed.get(logicalId)?.data[name];
  }

  physicalId(logicalId: string): string | undefined {
    return this.#deployed.get(logicalId)?.physicalId;
  }

  async #apply(template: Template, step: Step, fails: readonly string[]): Promise<boolean> {
    const { logicalId } = step;
    const resource = template.Resources[logicalId];
    if (resource === undefined) throw new Error(`${logicalId} is not in the template`);
    const properties = this.#propertiesOf(template, resource);
    if (step.before?.hasFailed === true) {
      this.#failedEarlier.push([logicalId, step.before]);
      step.before = undefined;
    }
    const { before } = step;
    if (!isCustom(resource)) {
      if (fails.includes(logicalId)) return false;
      step.after = { resource, properties, physicalId: logicalId, data: {} };
      this.#deployed.set(logicalId, step.after);
      return true;
    }
    if (before !== undefined && JSON.stringify(before.properties) === JSON.stringify(properties)) return true;
    const response = await this.#request({
      RequestType: before === undefined ? "Create" : "Update",
      LogicalResourceId: logicalId,
      PhysicalResourceId: before?.physicalId,
      ResourceType: resource.Type,
      ResourceProperties: properties,
      OldResourceProperties: before?.properties,
    });
    const hasFailed = response.Status === "FAILED";
    step.after = { resource, properties, physicalId: response.PhysicalResourceId, data: response.Data ?? {}, hasFailed };
    this.#deployed.set(logicalId, step.after);
    return !hasFailed;
  }

  #propertiesOf(template: Template, resource: TemplateResource): Deployed["properties"] {
    return resolved(resource.Properties ?? {}, {
      ref: (id) => (id === "AWS::StackId" ? this.stackId : (this.#deployed.get(id)?.physicalId ?? id)),
      attribute: (id, name) => {
        const found = this.attribute(id, name);
        if (found === undefined && isCustom(template.Resources[id] ?? resource)) throw new Error(`${id} has no attribute ${name}`);
        return found ?? `${id}.${name}`;
      },
    }) as Deployed["properties"];
  }

  /** Restores the earlier state in reverse order, and then deletes the new resources. */
  async #rollBack(steps: readonly Step[]): Promise<string> {
    await this.#become("UPDATE_ROLLBACK_IN_PROGRESS");
    const leftovers = this.#leftovers;
    const left = [...steps];
    for (let step = left.at(-1); step !== undefined; left.pop(), step = left.at(-1)) {
      const { logicalId, before, after } = step;
      if (after === undefined) continue;
      if (before === undefined) {
        if (isCustom(after.resource)) leftovers.push([logicalId, after]);
        this.#deployed.delete(logicalId);
        continue;
      }
      this.#deployed.set(logicalId, before);
      if (!isCustom(before.resource)) continue;
      const response = await this.#request({
        RequestType: "Update",
        LogicalResourceId: logicalId,
        PhysicalResourceId: after.physicalId,
        ResourceType: before.resource.Type,
        ResourceProperties: before.properties,
        OldResourceProperties: after.properties,
      });
      if (response.Status === "FAILED") {
        this.#notRolledBack = left;
        return this.#become("UPDATE_ROLLBACK_FAILED");
      }
      this.#deployed.set(logicalId, { ...before, physicalId: response.PhysicalResourceId, data: response.Data ?? {} });
      if (after.physicalId !== response.PhysicalResourceId) leftovers.push([logicalId, after]);
    }
    await this.#become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
    for (const [logicalId, deployed] of leftovers.splice(0)) await this.#cleanUp(logicalId, deployed);
    return this.#become("UPDATE_ROLLBACK_COMPLETE");
  }

  async #deleteAll(): Promise<boolean> {
    let isClean = true;
    for (const [logicalId, deployed] of [...this.#deployed].reverse()) {
      if (await this.#delete(logicalId, deployed)) this.#deployed.delete(logicalId);
      else isClean = false;
    }
    return isClean;
  }

  async #cleanUp(logicalId: string, deployed: Deployed): Promise<void> {
    for (let tries = 1; tries <= CLEANUP_TRIES; tries++) if (await this.#delete(logicalId, deployed)) return;
  }

  async #delete(logicalId: string, { resource, properties, physicalId }: Deployed): Promise<boolean> {
    if (!isCustom(resource)) return true;
    const response = await this.#request({
      RequestType: "Delete",
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: resource.Type,
      ResourceProperties: properties,
    });
    return response.Status === "SUCCESS";
  }

  async #request(request: Omit<ResourceRequest, "RequestId" | "StackId">): Promise<ResourceResponse> {
    const response = await this.options.send({ ...request, RequestId: `request-${++this.#requests}`, StackId: this.stackId });
    if (response.Status === "FAILED") this.reasons.push(response.Reason);
    return response;
  }

  async #become(status: string): Promise<string> {
    if (!/^DELETE_|_IN_PROGRESS$/.test(this.status)) this.statusBefore = this.status;
    this.status = status;
    await this.options.statusChanged?.(status);
    return status;
  }
}
