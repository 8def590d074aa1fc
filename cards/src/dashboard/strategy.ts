import type { Hass } from "../hass";
import { localize } from "../i18n";

export interface StrategyConfig {
  type: string;
  /** The id of a config entry; the first factory if there is none. */
  factory?: string;
}

const CARDS = ["now", "week", "prices", "comfort", "health"] as const;

export function generate(config: StrategyConfig, hass: Hass) {
  const cards = CARDS.map((key) => ({
    type: `custom:chocolate-factory-${key}-card`,
    ...(config.factory === undefined ? {} : { factory: config.factory }),
  }));
  return {
    views: [
      {
        type: "sections",
        title: localize(hass.language, "panel.title"),
        sections: [{ type: "grid", cards }],
      },
    ],
  };
}
