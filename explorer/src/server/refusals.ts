// What can go wrong between the page and the server, as values that views can show.

/** A problem document (RFC 9457), with `errors` by their paths into the request. */
export interface Problem {
  title: string;
  status: number;
  detail?: string;
  errors?: Record<string, string[]>;
}

/** The server answered, and did not do what was asked. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "Refused";
  }

  get status(): number {
    return this.problem.status;
  }

  /** The faults by their paths; empty where the problem is of the request as a whole. */
  get faults(): Record<string, string[]> {
    return this.problem.errors ?? {};
  }
}

/** The server did not answer. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server does not answer.", { cause });
    this.name = "Unreachable";
  }
}

/** A part of the page that is loaded when it is needed did not come. */
export class Outdated extends Error {
  constructor(cause: unknown) {
    super("A part of the page could not be loaded.", { cause });
    this.name = "Outdated";
  }
}

/** A part of the page: what an import gives, if it does. Throws Outdated. */
export async function part<Loaded>(imported: Promise<Loaded>): Promise<Loaded> {
  try {
    return await imported;
  } catch (error) {
    throw new Outdated(error);
  }
}

/** The answer was longer than whoever asked had a use for. */
export class TooLong extends Error {
  constructor() {
    super("The answer is too long.");
    this.name = "TooLong";
  }
}

/** Whether an error only says that nobody waits for the answer any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** What a failed answer says, also where something between us and the server has written it. */
export async function refusal(answer: Response): Promise<Refused> {
  const title = answer.statusText || `Status ${answer.status}`;
  try {
    const problem = (await answer.json()) as Partial<Problem>;
    return new Refused({ title, ...problem, status: answer.status });
  } catch {
    return new Refused({ title, status: answer.status });
  }
}
