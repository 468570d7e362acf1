// The pages that a person sees: signing in, granting an app access, and what went wrong. Plain HTML that works without
// scripts. Whatever comes from outside is escaped by the templates.

import { html, raw } from 'hono/html';
import { describeScope } from '../../catalogue/scope-words.ts';
import type { PortalUser } from '../../crm/sign-in.ts';
import { STYLE } from './style.ts';

export type Html = ReturnType<typeof html>;

const page = (title: string, content: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Spoke</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<p class="brand">Spoke</p>
${content}
</main>
</body>
</html>
`;

/** Forms go to the address of their page, with its whole query, and prove that they are ours. */
const hidden = (formToken: string): Html => html`<input type="hidden" name="form_token" value="${formToken}">`;

const alert = (text: string | undefined): Html | '' => (text === undefined ? '' : html`<p class="alert" role="alert">${text}</p>`);

/** What both pages say of the app that asks. */
export interface Asking {
  appName: string;
  /** Where the browser goes afterwards: `https://app.example`. */
  returnsTo: string;
  /** Where it goes when the person does not want to. */
  cancelHref: string;
  formToken: string;
}

/** Asks for email and password. */
export function signInPage({ appName, returnsTo, cancelHref, formToken }: Asking, { email = '', problem }: { email?: string; problem?: string | undefined } = {}): Html {
  return page('Sign in', html`
<h1>Sign in</h1>
<p><strong>${appName}</strong> asks for access to an account of yours. Sign in to see what it asks for.</p>
${alert(problem)}
<form method="post">
${hidden(formToken)}
<label class="field" for="email">Email</label>
<input type="email" id="email" name="email" value="${email}" autocomplete="username" required${email === '' ? raw(' autofocus') : ''}>
<label class="field" for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" required${email === '' ? '' : raw(' autofocus')}>
<div class="actions">
<button class="button main" name="action" value="sign-in">Sign in</button>
<a class="button" href="${cancelHref}">Cancel</a>
</div>
</form>
<p class="soft">Cancel takes you back to ${returnsTo}.</p>`);
}

/** Shows what the app asks for, and of which accounts; one is chosen with it. */
export function consentPage(
  { appName, returnsTo, cancelHref, formToken }: Asking, { scopes, users, needsNoSignIn }: { scopes: string[]; users: PortalUser[]; needsNoSignIn: boolean },
): Html {
  const [first] = users;
  const accounts = users.length === 1
    ? html`<p>Account: <strong>${accountName(first!)}</strong></p><input type="hidden" name="portal" value="${first!.portalId}">`
    : html`<fieldset><legend>Choose an account</legend>${users.map((user, i) => html`
<label class="choice"><input type="radio" name="portal" value="${user.portalId}"${i === 0 ? raw(' checked') : ''}><span>${accountName(user)}</span></label>`)}
</fieldset>`;
  return page(`Connect ${appName}`, html`
<h1>${appName} asks for access to your account</h1>
<form method="post">
${hidden(formToken)}
${accounts}
<h2>It would be able to</h2>
<ul class="scopes">${scopes.map((scope) => html`
<li>${describeScope(scope)}<code>${scope}</code></li>`)}
</ul>
<div class="actions">
<button class="button main" name="action" value="grant">Grant access</button>
<a class="button" href="${cancelHref}">Cancel</a>
</div>
</form>
<p class="soft">Either takes you back to ${returnsTo}. Only grant access to apps that you trust.</p>
${needsNoSignIn ? html`<p class="who soft">In the name of ${users.length === 1 ? first!.email : 'the first user of the account'}. Nobody has to sign in, as this Spoke serves its own machine only.</p>`
    : signedIn(first!.email, formToken)}`);
}

/** The person is signed in, but not in an account that could grant this. */
export function strangerPage(text: string, email: string | undefined, formToken: string): Html {
  return page('No access to this account', html`
<h1>No access to this account</h1>
<p>${text}</p>
${email === undefined ? '' : signedIn(email, formToken)}`);
}

/** Something is wrong that the person cannot mend here. */
export function problemPage(title: string, text: string, retryHref?: string): Html {
  return page(title, html`
<h1>${title}</h1>
<p>${text}</p>
${retryHref === undefined ? '' : html`<p><a href="${retryHref}">Open the page again</a></p>`}`);
}

const accountName = ({ portalName, portalId }: PortalUser): string => (portalName === `Portal ${portalId}` ? portalName : `${portalName} (${portalId})`);

const signedIn = (email: string, formToken: string): Html => html`
<form method="post" class="who soft">
${hidden(formToken)}
<span>Signed in as ${email}</span>
<button class="link" name="action" value="sign-out">Sign out</button>
</form>`;
