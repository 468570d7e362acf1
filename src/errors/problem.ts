// What a refusal is, and what an entry of the catalogue (../errors.ts) says about one.

/** The part of an error body that an entry decides; `status` and `correlationId` are added when it is sent. */
export interface ProblemBody {
  message: string;
  errors?: ErrorDetail[];
  context?: Record<string, string[]>;
  links?: Record<string, string>;
  category?: string;
  subCategory?: string;
  /** In place of `error`: the token endpoints name the kind of error here (platform.md 5.4). */
  status?: string;
  /** Of a 429, which says its correlation id once more as requestId (platform.md 6.3). */
  errorType?: string;
  /** Members that only some families have: `policyName` of a 429, `error` of OAuth. */
  more?: Record<string, string>;
}

export interface ErrorDetail {
  message: string;
  code?: string;
  in?: string;
  context?: Record<string, string[]>;
}

/** One refused value: an item of "Property values were not valid". */
export interface PropertyProblem {
  /** The property's internal name. */
  name: string;
  /** `PROPERTY_DOESNT_EXIST`, `INVALID_OPTION`, ... (objects.md 5.3) */
  code: string;
  message: string;
}

/** A refusal the client is told about. Anything else that is thrown is a bug and answers 500. */
export class Problem extends Error {
  readonly id: string;
  readonly status: number;
  readonly body: ProblemBody;
  /** Headers that belong to the answer, such as Allow. */
  readonly headers: Record<string, string>;

  constructor(id: string, status: number, body: ProblemBody, headers: Record<string, string> = {}) {
    super(body.message);
    this.id = id;
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export interface Entry<A extends unknown[]> {
  status: number;
  /** One line for docs/errors.md. */
  when: string;
  /** Where the rule is from, with its mark. */
  source: string;
  make: (...args: A) => ProblemBody;
  /** Arguments that docs/errors.md is rendered with. */
  example: A;
  headers?: (...args: A) => Record<string, string>;
}

export const entry = <A extends unknown[]>(e: Entry<A>): Entry<A> => e;

export const VALIDATION_ERROR = 'VALIDATION_ERROR';
