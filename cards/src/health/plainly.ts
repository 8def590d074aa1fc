/** Errors of actions in the words of the user. */

import type { Hass } from "../hass";

interface ActionError {
  code?: string | number;
  message?: string;
  translation_key?: string;
  translation_domain?: string;
  translation_placeholders?: Record<string, string>;
}

/** Home Assistant translates these itself, or they were written for the user. */
const MEANT_FOR_USERS: readonly unknown[] = ["home_assistant_error", "service_validation_error"];

/** What went wrong, or undefined if the error does not say so in words for users. */
export async function plainly(hass: Hass, error: unknown): Promise<string | undefined> {
  const { code, message, translation_key: key, translation_domain: domain, ...more } = said(error);
  if (key && domain) {
    const localize = (await hass.loadBackendTranslation?.("exceptions", domain)) ?? hass.localize;
    const path = `component.${domain}.exceptions.${key}.message`;
    const text = localize(path, more.translation_placeholders);
    if (text) return text;
  }
  return (MEANT_FOR_USERS.includes(code) && message) || undefined;
}

/** Why nobody knows what came of it, or why it was not allowed. */
export function kindOf(error: unknown): "lost" | "forbidden" | "failed" {
  const { code } = said(error);
  // 3 is the ERR_CONNECTION_LOST of home-assistant-js-websocket.
  if (error === 3 || code === 3) return "lost";
  return code === "unauthorized" ? "forbidden" : "failed";
}

const said = (error: unknown): ActionError =>
  typeof error === "object" && error !== null ? error : {};
