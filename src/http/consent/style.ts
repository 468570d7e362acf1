// The look of the pages: one style sheet, within the page, allowed by its hash. Light or dark, as the reader's machine is.

import { createHash } from 'node:crypto';

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f3f5f8, #14171c); --card: light-dark(#fff, #1d2127); --ink: light-dark(#1c232d, #e8ebf0);
  --soft: light-dark(#5a6675, #a3adba); --line: light-dark(#d7dde5, #363d47);
  --main: light-dark(#1f5eff, #8ab0ff); --on-main: light-dark(#fff, #0d1a33); --main-over: light-dark(#174ad0, #a9c5ff);
  --bad: light-dark(#a3161f, #ffb4b4); --bad-ground: light-dark(#fdecec, #3a1f22);
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; padding: 2rem 1rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
}
main { width: 100%; max-width: 30rem; margin: auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.brand { margin: 0 0 1.25rem; color: var(--soft); font-weight: 600; letter-spacing: .02em; }
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.3; overflow-wrap: anywhere; }
h2, legend { margin: 1.5rem 0 .5rem; padding: 0; font-size: 1rem; font-weight: 600; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .9375rem; }
.alert { padding: .75rem 1rem; border-radius: .5rem; background: var(--bad-ground); color: var(--bad); }
form { margin: 0; }
fieldset { margin: 0; padding: 0; border: 0; }
label.field { display: block; margin: 0 0 .25rem; font-weight: 600; }
input[type=email], input[type=password] {
  width: 100%; min-height: 2.75rem; margin: 0 0 1rem; padding: .5rem .75rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--soft); border-radius: .5rem;
}
label.choice { display: flex; gap: .75rem; align-items: center; min-height: 2.75rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; margin: 0 0 .5rem; }
label.choice input { flex: none; width: 1.125rem; height: 1.125rem; accent-color: var(--main); }
label.choice span { overflow-wrap: anywhere; min-width: 0; }
ul.scopes { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: .5rem; }
ul.scopes li { padding: .5rem .75rem; }
ul.scopes li + li { border-top: 1px solid var(--line); }
code { display: block; color: var(--soft); font: .8125rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 1rem; }
.button {
  display: inline-flex; align-items: center; justify-content: center; flex: 1 1 8rem; min-height: 2.75rem; padding: .5rem 1.25rem;
  font: inherit; font-weight: 600; text-decoration: none; white-space: nowrap; color: var(--ink); background: transparent;
  border: 1px solid var(--soft); border-radius: .5rem; cursor: pointer;
}
.button:hover { border-color: var(--ink); }
.button.main { color: var(--on-main); background: var(--main); border-color: var(--main); }
.button.main:hover { background: var(--main-over); border-color: var(--main-over); }
.link { padding: 0; border: 0; background: none; color: var(--main); font: inherit; text-decoration: underline; cursor: pointer; }
a { color: var(--main); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.who { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; margin: 1.5rem 0 0; padding: 1rem 0 0; border-top: 1px solid var(--line); }
@media (max-width: 30rem) { body { padding: 0; } main { border: 0; border-radius: 0; padding: 1.5rem 1.25rem; flex: 1; } }
@media (forced-colors: active) { .button.main { border-width: 2px; } }
`;

/** What Content-Security-Policy calls the style sheet. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
