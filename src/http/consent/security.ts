// What keeps the pages safe: headers, the cookie of a session, the proof that a form is ours, and who may be asked at all.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context as HonoContext } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { SESSION_HOURS } from '../../crm/sign-in.ts';
import { STYLE_SOURCE } from './style.ts';

/** What the server knows of a connection. */
export interface Connection {
  incoming: { socket: { remoteAddress?: string | undefined } };
}

export type PageContext = HonoContext<{ Bindings: Partial<Connection> | undefined }>;

const COOKIE = 'spoke_session';

/** The browser's session: of somebody who has signed in, or of nobody yet. */
export function sessionOf(c: PageContext): string | undefined {
  const text = getCookie(c, COOKIE);
  return text !== undefined && /^[\w-]{43}$/.test(text) ? text : undefined;
}

/** Gives the browser this session from now on. */
export function giveSession(c: PageContext, session = randomBytes(32).toString('base64url')): string {
  setCookie(c, COOKIE, session, { path: '/', httpOnly: true, sameSite: 'Lax', secure: isHttps(c), maxAge: SESSION_HOURS * 3_600 });
  return session;
}

/** What a form of this browser's session carries: nobody who does not know the cookie can make it. */
export const formTokenOf = (session: string): string => createHmac('sha256', session).update('form').digest('base64url');

/** Whether a form carries the token of the session. */
export function isFormToken(session: string, given: string): boolean {
  const [one, two] = [Buffer.from(formTokenOf(session)), Buffer.from(given)];
  return one.length === two.length && timingSafeEqual(one, two);
}

/** Behind a proxy that speaks TLS, its header says so. A client that lies makes its own cookie Secure, and nobody else's. */
const isHttps = (c: PageContext): boolean => new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';

/** True for a form that comes from the host that it goes to; a proxy that speaks TLS makes the scheme another one. */
export function isOwnOrigin(origin: string, c: PageContext): boolean {
  return URL.parse(origin)?.host === new URL(c.req.url).host;
}

/**
 * True for a request by a name that always means this machine: any other one that leads here may be an attacker's (DNS
 * rebinding). What a proxy hands on comes from elsewhere.
 */
export function isFromOwnMachine(c: PageContext): boolean {
  const { hostname } = new URL(c.req.url);
  const isOwnName = hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return isOwnName && ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host'].every((name) => c.req.header(name) === undefined);
}

/**
 * The headers of every answer. `leaves`: a form of the page ends at the app. Chromium holds `form-action` against every redirect
 * that follows a form, those of the app included, so where it may lead cannot be said beforehand.
 */
export function addHeaders(c: PageContext, { leaves }: { leaves: boolean }): void {
  c.header('content-security-policy', [
    "default-src 'none'", `style-src ${STYLE_SOURCE}`, `form-action 'self'${leaves ? ' http: https:' : ''}`, "frame-ancestors 'none'", "base-uri 'none'",
  ].join('; '));
  c.header('x-frame-options', 'DENY');
  c.header('x-content-type-options', 'nosniff');
  // Not no-referrer: browsers would then send our own forms with `Origin: null`.
  c.header('referrer-policy', 'same-origin');
  c.header('cache-control', 'no-store');
  if (isHttps(c)) c.header('strict-transport-security', 'max-age=31536000');
}
