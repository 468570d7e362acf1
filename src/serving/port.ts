// The port that requests come to.

import type { Server } from 'node:net';
import { type Config, SettingError } from '../config.ts';

/** Listens where the settings say, and gives the port. Throws SettingError for a port or host that cannot be had. */
export async function openPort(server: Server, { host, port }: Config): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(
      error.code === 'EADDRINUSE' ? new SettingError(`Port ${port} on ${host} is in use. Set SPOKE_PORT to another one, or to 0 for any free one.`)
        : error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' ? new SettingError(`SPOKE_HOST is "${host}", which is no address of this machine.`)
          : error.code === 'EACCES' ? new SettingError(`Port ${port} may not be used by this user. Set SPOKE_PORT to one above 1023.`) : error,
    ));
    server.listen(port, host, () => resolve((server.address() as { port: number }).port));
  });
}
