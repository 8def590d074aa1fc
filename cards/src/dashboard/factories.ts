/** Which factories there are, as anybody may know. */

import { listen } from "../core/feed";
import type { Message } from "../factory-data";
import type { Connection } from "../hass";

export type Factory = Message["factories"][number];

const PATIENCE = 5_000;
/** The cards that come next share the subscription, so it does not end at once. */
const LINGER = 15_000;

/** All factories, or undefined if Home Assistant does not say in time. */
export function factoriesOf(connection: Connection): Promise<Factory[] | undefined> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(undefined), PATIENCE);
    const leave = listen(connection, undefined, ({ message }) => {
      if (!message) return;
      clearTimeout(late);
      resolve(message.factories);
    });
    setTimeout(leave, LINGER);
  });
}
