// What the address of the authorize page asks for (platform.md 5.1), and the addresses that the browser leaves it by.

import type { App } from '../../crm/apps.ts';
import { checkAuthorizeRequest, type AuthorizeRequest } from '../../crm/grants.ts';
import { PageProblem } from './problem.ts';

/** A request that can be granted. */
export interface Asked {
  app: App;
  redirectUri: string;
  scopes: string[];
  challenge: string | null;
  /** As it came, still percent-encoded: it goes back byte by byte. */
  state: string | undefined;
  /** The account that the path names. */
  hubId: number | undefined;
}

interface Tools {
  findApp: (clientId: string) => Promise<App | undefined>;
  /** The scopes that can be granted. */
  available: ReadonlySet<string>;
}

/** Reads the address. A text is where to send the browser with a refusal. Throws PageProblem when it cannot be sent anywhere. */
export async function readAsked({ findApp, available }: Tools, url: string, hubId: string | undefined): Promise<Asked | string> {
  const { searchParams, search } = new URL(url);
  const one = (name: string): string | undefined => {
    const values = searchParams.getAll(name);
    if (values.length > 1) throw new PageProblem(400, 'This link does not work', `The parameter ${name} is there more than once.`);
    // Left empty is left out (RFC 6749, 3.1).
    return values[0] || undefined;
  };
  const state = one('state') === undefined ? undefined : rawValue(search, 'state');
  const clientId = one('client_id');
  const request: AuthorizeRequest = {
    redirectUri: one('redirect_uri'), scope: one('scope'), optionalScope: one('optional_scope'),
    codeChallenge: one('code_challenge'), codeChallengeMethod: one('code_challenge_method'),
  };

  const app = clientId === undefined ? undefined : await findApp(clientId);
  if (!app) throw new PageProblem(400, 'This link does not work', clientId === undefined ? 'The client_id is missing.' : 'There is no app with this client_id.');
  const answer = checkAuthorizeRequest(app, request, available);
  if (answer.kind === 'unsafe') throw new PageProblem(400, 'This link does not work', answer.description);
  if (answer.kind === 'refused') return leavingWith(answer.redirectUri, { error: answer.error, error_description: answer.description }, state);
  const { redirectUri, scopes, challenge } = answer;
  return { app, redirectUri, scopes, challenge, state, hubId: hubId === undefined ? undefined : Number(hubId) };
}

/** Where the browser goes with a code. */
export const grantedHref = ({ redirectUri, state }: Asked, code: string): string => leavingWith(redirectUri, { code }, state);

/** Where it goes when the person does not want to. */
export const cancelledHref = ({ redirectUri, state }: Asked): string =>
  leavingWith(redirectUri, { error: 'access_denied', error_description: 'The user did not grant the access.' }, state);

/** The redirect URI with its own query, and more. */
function leavingWith(redirectUri: string, more: Record<string, string>, state: string | undefined): string {
  // What a header can carry: registered addresses may have other letters.
  const uri = /^[\x21-\x7E]+$/.test(redirectUri) ? redirectUri : new URL(redirectUri).href;
  const query = `${new URLSearchParams(more)}${state === undefined ? '' : `&state=${state}`}`;
  return `${uri}${!uri.includes('?') ? '?' : /[?&]$/.test(uri) ? '' : '&'}${query}`;
}

/** The value of a parameter as the query has it. */
function rawValue(search: string, name: string): string | undefined {
  const part = search.slice(1).split('&').find((one) => new URLSearchParams(`&${one}`).has(name));
  return part?.slice(part.indexOf('=') + 1);
}
