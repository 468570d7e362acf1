// The authorize page of OAuth (platform.md 5.1): a person signs in, sees what an app asks for, and grants it for an account or
// goes back. The address says everything that is asked; each request reads it anew, so nothing is kept between two of them
// but the session. Nothing is sent to an address that the app has not registered.

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import type { App } from '../../crm/apps.ts';
import type { Grant } from '../../crm/grants.ts';
import type { PortalUser, SignIns } from '../../crm/sign-in.ts';
import { isUnreachable } from '../../db/db.ts';
import { consentPage, problemPage, signInPage, strangerPage, type Asking, type Html } from './pages.ts';
import { PageProblem } from './problem.ts';
import { cancelledHref, grantedHref, readAsked, type Asked } from './request.ts';
import { addHeaders, formTokenOf, giveSession, isFormToken, isFromOwnMachine, isOwnOrigin, sessionOf, type Connection, type PageContext } from './security.ts';

/** What the pages need from the program around them. */
export interface ConsentServices {
  findApp: (clientId: string) => Promise<App | undefined>;
  /** Every scope that there is. */
  scopes: ReadonlySet<string>;
  signIns: SignIns;
  grant: (grant: Omit<Grant, 'at'>) => Promise<{ code: string }>;
  /** Nobody signs in: only who sits at this machine can reach the server, and the database is no other's. */
  needsNoSignIn: boolean;
  log: { error: (fields: object, message: string) => void };
}

const MAX_FORM_BYTES = 64 * 1024;
const EXPIRED = new PageProblem(403, 'This form has expired', 'It was opened before you signed in or out, or your browser does not keep cookies.', true);

/** Mounts /oauth/authorize and /oauth/{hubId}/authorize. */
export function mountConsent(app: Hono, services: ConsentServices): void {
  const pages = new Hono<{ Bindings: Partial<Connection> | undefined }>({ strict: false });
  const paths = ['/oauth/authorize', '/oauth/:hubId{[0-9]+}/authorize'];
  pages.on(['GET', 'POST'], paths, bodyLimit({ maxSize: MAX_FORM_BYTES }), csrf({ origin: isOwnOrigin }), async (c) => {
    if (services.needsNoSignIn && !isFromOwnMachine(c)) {
      throw new PageProblem(403, 'Not by this name', 'This Spoke serves its own machine only. Open the page at localhost or 127.0.0.1.');
    }
    const asked = await readAsked({ findApp: services.findApp, available: services.scopes }, c.req.url, c.req.param('hubId'));
    if (typeof asked === 'string') return go(c, asked, 302);
    return c.req.method === 'POST' ? await answerForm(c, services, asked) : await showPage(c, services, asked);
  });
  pages.on(['PUT', 'PATCH', 'DELETE', 'OPTIONS'], paths, (c) => {
    c.header('allow', 'GET, HEAD, POST');
    throw new PageProblem(405, 'Not by this method', 'This is a page. Open it in a browser.');
  });
  pages.onError((error, c) => {
    const problem = toProblem(error);
    if (problem.status >= 500) services.log.error({ err: error, page: 'authorize' }, 'request failed');
    return show(c, problemPage(problem.title, problem.message, problem.again ? ownAddress(c) : undefined), problem.status);
  });
  app.route('/', pages);
}

/** The sign-in page, or what there is to grant. */
async function showPage(c: PageContext, services: ConsentServices, asked: Asked): Promise<Response> {
  const session = sessionOf(c) ?? giveSession(c);
  const users = await findUsers(services, session);
  return users ? showConsent(c, services, asked, users, session) : show(c, signInPage(askingOf(asked, session)));
}

async function answerForm(c: PageContext, services: ConsentServices, asked: Asked): Promise<Response> {
  const session = sessionOf(c);
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) throw new PageProblem(415, 'No form', 'What was sent is no form of this page.');
  const form = Object.fromEntries(new URLSearchParams(await c.req.text()));
  if (session === undefined || !isFormToken(session, form.form_token ?? '')) throw EXPIRED;

  switch (form.action) {
    case 'sign-in': return await signIn(c, services, asked, session, form);
    case 'sign-out':
      await services.signIns.signOut(session);
      giveSession(c);
      return go(c, ownAddress(c), 303);
    case 'grant': return await grant(c, services, asked, session, form.portal);
    default: throw new PageProblem(400, 'Nothing to do', 'The form does not say what to do.', true);
  }
}

async function signIn(c: PageContext, { signIns }: ConsentServices, asked: Asked, session: string, form: Record<string, string>): Promise<Response> {
  const { email = '', password = '' } = form;
  const result = await signIns.signIn({
    email: email.trim(), password, address: c.env?.incoming?.socket.remoteAddress ?? null, userAgent: c.req.header('user-agent') ?? null,
  });
  if ('session' in result) {
    giveSession(c, result.session);
    return go(c, ownAddress(c), 303);
  }
  if (result.refused === 'wrong') return show(c, signInPage(askingOf(asked, session), { email, problem: 'The email or the password is wrong.' }), 401);
  c.header('retry-after', String(Math.ceil(result.msBeforeNext / 1_000)));
  const problem = `Too many attempts. Try again in ${minutes(result.msBeforeNext)}.`;
  return show(c, signInPage(askingOf(asked, session), { email, problem }), 429);
}

async function grant(c: PageContext, services: ConsentServices, asked: Asked, session: string, portal: string | undefined): Promise<Response> {
  const users = await findUsers(services, session);
  if (!users) return show(c, signInPage(askingOf(asked, session), { problem: 'Your session has ended. Sign in again.' }), 401);
  const user = inAccount(asked, users).find(({ portalId }) => String(portalId) === portal);
  if (!user) return showConsent(c, services, asked, users, session, 400);
  const { app, redirectUri, scopes, challenge } = asked;
  const { code } = await services.grant({ app, portalId: user.portalId, userId: user.userId, userEmail: user.email, redirectUri, scopes, challenge });
  return go(c, grantedHref(asked, code), 302);
}

function showConsent(c: PageContext, { needsNoSignIn }: ConsentServices, asked: Asked, users: PortalUser[], session: string, status: 200 | 400 = 200): Response | Promise<Response> {
  const able = inAccount(asked, users);
  if (able.length > 0) return show(c, consentPage(askingOf(asked, session), { scopes: asked.scopes, users: able, needsNoSignIn }), status, true);
  const text = asked.hubId === undefined ? 'You are no user of any account here.' : `You are no user of the account ${asked.hubId}.`;
  return show(c, strangerPage(needsNoSignIn ? `There is no user in ${asked.hubId === undefined ? 'any account' : `the account ${asked.hubId}`} who could grant it.` : text,
    needsNoSignIn ? undefined : users[0]?.email ?? 'a user who has left', formTokenOf(session)), 403);
}

const findUsers = async ({ needsNoSignIn, signIns }: ConsentServices, session: string): Promise<PortalUser[] | undefined> =>
  (needsNoSignIn ? await signIns.findFirstUsers() : await signIns.findUsers(session));

const inAccount = ({ hubId }: Asked, users: PortalUser[]): PortalUser[] => (hubId === undefined ? users : users.filter(({ portalId }) => portalId === hubId));

const askingOf = (asked: Asked, session: string): Asking => ({
  appName: asked.app.name, returnsTo: new URL(asked.redirectUri).origin, cancelHref: cancelledHref(asked), formToken: formTokenOf(session),
});

/** This page, with its query as it is. */
const ownAddress = (c: PageContext): string => c.req.url.slice(c.req.url.indexOf('/', c.req.url.indexOf('//') + 2));

const minutes = (ms: number): string => (ms > 60_000 ? `${Math.ceil(ms / 60_000)} minutes` : 'a minute');

function show(c: PageContext, content: Html, status: PageProblem['status'] = 200, leaves = false): Response | Promise<Response> {
  addHeaders(c, { leaves });
  return c.html(content, status);
}

function go(c: PageContext, href: string, status: 302 | 303): Response {
  addHeaders(c, { leaves: false });
  return c.redirect(href, status);
}

function toProblem(error: Error): PageProblem {
  if (error instanceof PageProblem) return error;
  if (error instanceof HTTPException && error.status === 413) return new PageProblem(413, 'Too long', 'The form is longer than any of ours.');
  if (error instanceof HTTPException) return new PageProblem(403, 'Not from this page', 'The form was sent from another site. Nothing was done.');
  if (isUnreachable(error)) return new PageProblem(503, 'Not available', 'The database does not answer. Try again in a moment.', true);
  return new PageProblem(500, 'Something went wrong', 'It was not your doing. Nothing was granted.', true);
}
