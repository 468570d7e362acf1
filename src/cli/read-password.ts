// A password as a person or a script gives it: typed twice without an echo, or on standard input. Never an argument, which
// every user of the machine can see.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { SettingError } from '../config.ts';

/** Reads a new password: asked for in a terminal, or the first line of standard input. Throws SettingError. */
export async function readNewPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return await readFirstLine();
  if (!process.stdin.isTTY) throw new SettingError('There is no terminal to ask for the password in. Give it on standard input with --password-stdin.');
  const password = await ask('New password: ');
  if (await ask('Once more: ') !== password) throw new SettingError('The two passwords are not the same.');
  return password;
}

async function readFirstLine(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
  return text.split(/\r?\n/, 1)[0]!;
}

async function ask(question: string): Promise<string> {
  // What readline would echo goes nowhere.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  const given = new Promise<never>((_resolve, reject) => {
    lines.once('SIGINT', () => reject(new SettingError('Nothing was changed.')));
    lines.once('close', () => reject(new SettingError('Nothing was changed.')));
  });
  process.stderr.write(question);
  try {
    return await Promise.race([lines.question(''), given]);
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
