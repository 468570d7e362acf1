// What ends a page: something that its person cannot mend on it.

import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Shown as a page of its own. */
export class PageProblem extends Error {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  /** True when opening the page again may help. */
  readonly again: boolean;

  constructor(status: ContentfulStatusCode, title: string, text: string, again = false) {
    super(text);
    this.status = status;
    this.title = title;
    this.again = again;
  }
}
