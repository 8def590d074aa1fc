/** A frontend and the Home Assistant behind it, as far as cards ask for them. */

import { vi } from "vitest";
import type { Message } from "../factory-data";
import type { Hass } from "../hass";
import { dashboard } from "./dashboard";

export interface Far {
  hass: Hass;
  /** The factories that were asked for, the first one as undefined. */
  asked: (string | undefined)[];
  send(message: Message): void;
}

export const factories = (...titles: string[]): Message["factories"] =>
  titles.map((title) => ({ id: title.toLowerCase(), title, is_loaded: true }));

/** Answers every subscription with a message, and lets tests send others. */
export function far(
  first: Message = { factories: factories("Obrador"), dashboard: dashboard() },
  isAdmin = true,
): Far {
  const callbacks = new Set<(message: Message) => void>();
  const asked: (string | undefined)[] = [];
  const connection = {
    connected: true,
    subscribeMessage: async (
      callback: (message: Message) => void,
      command: { config_entry_id?: string },
    ) => {
      asked.push(command.config_entry_id);
      callbacks.add(callback);
      callback(first);
      return async () => {
        callbacks.delete(callback);
      };
    },
    sendMessagePromise: vi.fn(),
    addEventListener: () => {},
    removeEventListener: () => {},
  };
  const hass = {
    states: {},
    connection,
    connected: true,
    user: { id: "me", name: "Me", is_admin: isAdmin },
    language: "en",
    locale: {
      language: "en",
      number_format: "language",
      time_format: "24",
      date_format: "language",
      time_zone: "local",
      first_weekday: "language",
    },
    config: { time_zone: "Europe/Madrid", currency: "EUR", unit_system: { temperature: "°C" } },
    themes: { darkMode: false },
    panels: {},
    localize: () => "",
    callService: vi.fn(async () => ({})),
    callWS: vi.fn(async () => []),
    formatEntityState: () => "",
    formatEntityAttributeValue: () => "",
  } as unknown as Hass;
  const send = (message: Message) => {
    for (const callback of callbacks) callback(message);
  };
  return { hass, asked, send };
}
