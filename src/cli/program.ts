// The command line: `spoke serve` and the commands that look after a portal. Every setting is also a flag.

import { setFlagsFromString } from 'node:v8';
import { Command, Option } from 'commander';
import { loadCatalogue } from '../catalogue/load.ts';
import { type Flags, readConfig, SettingError, SETTINGS } from '../config.ts';
import { ACCOUNT_TYPES, HOSTING_LOCATIONS } from '../crm/account.ts';
import { admin } from './admin.ts';
import { addAppCommands } from './app-commands.ts';
import { banner } from './banner.ts';
import { describeAccount, readAccountFlags, type AccountFlags } from './portal.ts';
import { addTokenCommands } from './token-commands.ts';
import { addUserCommands } from './user-commands.ts';

const program = new Command('spoke').description("A CRM record server that speaks HubSpot's CRM API").showHelpAfterError('(--help shows what there is)');

withSettings(program.command('serve', { isDefault: true }).description('start the server'))
  .action(async (flags: Flags) => {
    const config = readConfig(flags);
    // Of no use to the other commands.
    const { start } = await import('../main.ts');
    const running = await start(config);
    process.stdout.write(banner(running, config));
    stopOnSignal(running.stop);
  });

// Commands live for a moment. To optimise the embedded database's code for them would take longer than they do (0.5 of 1.1 s of CPU).
program.hook('preAction', (_, command) => {
  if (command.name() !== 'serve') setFlagsFromString('--wasm-tiering-budget=1000000000');
});

addTokenCommands(program, withSettings);
addAppCommands(program, withSettings);

const owner = program.command('owner').description('who records belong to: owners, each a user of the portal');

withSettings(owner.command('add <email>').description('add one'))
  .option('--first-name <name>', 'first name', '')
  .option('--last-name <name>', 'last name', '')
  .action(async (email: string, flags: Flags & { firstName: string; lastName: string }) => {
    const config = readConfig(flags);
    const made = await admin(config, { name: 'owner.add', portalId: config.portalId, email, firstName: flags.firstName, lastName: flags.lastName });
    console.log(`${email} is owner ${made.ownerId}, user ${made.userId}.`);
  });

withSettings(owner.command('list').description('list them, archived ones last'))
  .action(async (flags: Flags) => {
    const config = readConfig(flags);
    console.table(await admin(config, { name: 'owner.list', portalId: config.portalId }));
  });

withSettings(owner.command('archive <id>').description('archive one, by the id that list shows'))
  .action(async (id: string, flags: Flags) => {
    const config = readConfig(flags);
    const { archived } = /^\d{1,15}$/.test(id) ? await admin(config, { name: 'owner.archive', portalId: config.portalId, ownerId: Number(id) }) : { archived: false };
    if (!archived) throw new SettingError(`There is no live owner with id ${id}. \`npm run spoke -- owner list\` shows them.`);
    console.log(`Owner ${id} is archived.`);
  });

const team = program.command('team').description('teams that users can be in');

withSettings(team.command('add <name>').description('add one'))
  .action(async (name: string, flags: Flags) => {
    const config = readConfig(flags);
    const made = await admin(config, { name: 'team.add', portalId: config.portalId, label: name });
    console.log(`${name} is team ${made.id}.`);
  });

const portal = program.command('portal').description('what kind of account the portal is');

withSettings(portal.command('show').description('show it'))
  .action(async (flags: Flags) => {
    const config = readConfig(flags);
    console.table(describeAccount(await admin(config, { name: 'portal.show', portalId: config.portalId })));
  });

withSettings(portal.command('set').description('change it'))
  .option('--name <name>', 'what it is called')
  .option('--time-zone <zone>', 'where its days begin, such as Europe/Zurich')
  .option('--currency <code>', 'its own currency, such as CHF')
  .option('--additional-currencies <codes>', 'others that it uses, comma-separated')
  .option('--account-type <type>', ACCOUNT_TYPES.join(', '))
  .option('--data-hosting-location <location>', HOSTING_LOCATIONS.join(', '))
  .action(async (flags: Flags & AccountFlags) => {
    const config = readConfig(flags);
    console.table(describeAccount(await admin(config, { name: 'portal.set', portalId: config.portalId, change: readAccountFlags(flags) })));
  });

addUserCommands(program, withSettings);

const objectType = program.command('object-type').description('object types that a portal may switch off');

withSettings(objectType.command('list').description('list them, on or off'))
  .action(async (flags: Flags) => {
    const config = readConfig(flags);
    console.table(await admin(config, { name: 'objectType.list', portalId: config.portalId }));
  });

for (const [verb, enabled] of [['enable', true], ['disable', false]] as const) {
  withSettings(objectType.command(`${verb} <name>`).description(`switch one ${enabled ? 'on' : 'off: its records stay, but cannot be reached'}`))
    .action(async (name: string, flags: Flags) => {
      const config = readConfig(flags);
      const switched = await admin(config, { name: 'objectType.switch', portalId: config.portalId, typeName: name, enabled });
      console.log(`${switched.name} (${switched.id}) is ${verb}d.`);
    });
}

program.command('scopes').description('list every scope a token can have').action(() => console.log(loadCatalogue().scopes.join('\n')));

function withSettings(command: Command): Command {
  for (const { flag, env, help, default: value } of SETTINGS) {
    command.addOption(new Option(flag, `${help} (${env}${value ? `, else ${value}` : ''})`));
  }
  return command;
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping: Promise<void> | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopping ??= stop().then(() => process.exit(0));
    });
  }
}

/** Runs the command that the process was started with. */
export async function runProgram(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    // The stack alone: Node's own report would print a whole line of minified package code with it.
    console.error(error instanceof SettingError ? error.message : (error as Error).stack);
    process.exit(1);
  }
}
