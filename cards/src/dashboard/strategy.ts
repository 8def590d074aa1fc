/** The dashboard: what to do and the week first, then prices, comfort and data. */

import type { CardKey } from "../cards";
import type { Hass } from "../hass";
import { localize } from "../i18n";
import { factoriesOf } from "./factories";
import { tag } from "./tag";

export interface StrategyConfig {
  type: string;
  /** The id of a config entry; all factories, each with a view of its own, if there is none. */
  factory?: string;
  title?: string;
}

interface Condition {
  condition: "screen";
  media_query: string;
}

interface Section {
  type: "grid";
  row_span?: number;
  visibility?: Condition[];
  cards: { type: string; factory?: string; visibility?: Condition[] }[];
}

interface View {
  type: "sections";
  title: string;
  path: string;
  icon?: string;
  max_columns: number;
  dense_section_placement: true;
  sections: Section[];
}

/** Below it Home Assistant has room for one column. */
const TWO_COLUMNS = 736;

const screen = (query: string): Condition[] => [{ condition: "screen", media_query: `(${query})` }];
const WIDE = screen(`min-width: ${TWO_COLUMNS}px`);
const NARROW = screen(`max-width: ${TWO_COLUMNS - 0.02}px`);

export async function generate(config: StrategyConfig, hass: Hass): Promise<{ views: View[] }> {
  const title = config.title ?? localize(hass.language, "panel.title");
  if (config.factory) return { views: [view(title, "week", config.factory)] };
  const factories = await factoriesOf(hass.connection);
  if (factories && factories.length > 1) {
    return { views: factories.map((factory) => view(factory.title, factory.id, factory.id)) };
  }
  // Whoever has none yet is told so once, not five times.
  const isEmpty = factories?.length === 0;
  return {
    views: [
      isEmpty ? { ...view(title, "week"), sections: [section(["now"])] } : view(title, "week"),
    ],
  };
}

/**
 * One, two or three columns without a hole: with two, comfort and data stand below; with three,
 * beside what is long. On a phone the week comes before the prices.
 */
function view(title: string, path: string, factory?: string): View {
  const first = section(["now"], factory);
  first.cards.push(...section(["prices"], factory, WIDE).cards);
  return {
    type: "sections",
    title,
    path,
    max_columns: 3,
    dense_section_placement: true,
    sections: [
      { ...first, row_span: 2 },
      { ...section(["week"], factory), row_span: 2 },
      { ...section(["prices"], factory, NARROW), visibility: NARROW },
      section(["comfort"], factory),
      section(["health"], factory),
    ],
  };
}

/** Cards that are not to be seen are asked to go too: a section alone only hides what is in it. */
function section(keys: readonly CardKey[], factory?: string, visibility?: Condition[]): Section {
  const config = { ...(factory && { factory }), ...(visibility && { visibility }) };
  return {
    type: "grid",
    cards: keys.map((key) => ({ type: `custom:${tag(key)}`, ...config })),
  };
}
