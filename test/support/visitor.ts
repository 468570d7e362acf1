// Somebody with a browser, in a test: keeps cookies, sends forms as browsers do, and reads pages. Redirects are not followed.

import type { Connection } from '../../src/http/consent/security.ts';
import type { Spoke } from './spoke.ts';

export interface Page {
  status: number;
  headers: Headers;
  /** Where the answer leads. */
  location: string | null;
  html: string;
  heading: string | undefined;
  alert: string | undefined;
  /** The token that the page's forms carry. */
  formToken: string | undefined;
  /** Where Cancel leads. */
  cancelHref: string | undefined;
}

export interface Submission {
  /** Instead of those of a form on the page itself. */
  headers?: Record<string, string>;
  /** In place of the fields: the body as it is. */
  body?: string;
}

export interface Visitor {
  open: (path: string, headers?: Record<string, string>) => Promise<Page>;
  /** Sends a form of the page that is open, to its address or another one. */
  submit: (fields: Record<string, string>, options?: Submission, path?: string) => Promise<Page>;
  /** The session cookie that the browser holds. */
  session: string | undefined;
}

const UNESCAPED: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const unescape = (text: string | undefined): string | undefined => text?.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => UNESCAPED[entity]!);

/** A browser without cookies. `address` is where it connects from. */
export function createVisitor(spoke: Pick<Spoke, 'fetch'>, { origin = 'http://spoke.test', address = '192.0.2.7' }: { origin?: string; address?: string } = {}): Visitor {
  const connection: Connection = { incoming: { socket: { remoteAddress: address } } };
  let at = '/';
  let formToken: string | undefined;

  const send = async (path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Page> => {
    const cookies: Record<string, string> = visitor.session === undefined ? {} : { cookie: `other=1; spoke_session=${visitor.session}` };
    const response = await spoke.fetch(new Request(`${origin}${path}`, { ...init, headers: { 'user-agent': 'Test/1.0', ...cookies, ...init.headers } }), connection);
    const given = /^spoke_session=([^;]*)/.exec(response.headers.get('set-cookie') ?? '')?.[1];
    if (given !== undefined) visitor.session = given;
    const html = await response.text();
    const found = (pattern: RegExp): string | undefined => unescape(pattern.exec(html)?.[1]);
    formToken = found(/name="form_token" value="([^"]*)"/) ?? formToken;
    return {
      status: response.status, headers: response.headers, location: response.headers.get('location'), html,
      heading: found(/<h1>([^<]*)<\/h1>/), alert: found(/role="alert">([^<]*)</), formToken: found(/name="form_token" value="([^"]*)"/),
      cancelHref: found(/href="([^"]*)">Cancel/),
    };
  };
  const visitor: Visitor = {
    session: undefined,
    async open(path, headers = {}) {
      at = path;
      return await send(path, { headers });
    },
    submit: async (fields, { headers = { origin }, body } = {}, path = at) => await send(path, {
      method: 'POST', body: body ?? new URLSearchParams({ ...(formToken === undefined ? {} : { form_token: formToken }), ...fields }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    }),
  };
  return visitor;
}
