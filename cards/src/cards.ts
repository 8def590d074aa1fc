/** What the loader knows of each card: plain data, for every page of Home Assistant carries it. */

export type Value = string | number | boolean;

export type Option =
  | { default: boolean }
  | { default: string; choices: readonly string[] }
  | { default: number; choices: readonly number[] }
  | { default: number; min: number; max: number };

export interface GridOptions {
  columns: number | "full";
  min_columns: number;
}

export interface Card {
  key: CardKey;
  /** In pixels, of the box shown until the card is there, unless it is known from before. */
  height: number;
  /** The same where the card is wide. */
  wideHeight?: number;
  grid: GridOptions;
  options: Readonly<Record<string, Option>>;
}

export type CardKey = "week" | "now" | "prices" | "comfort" | "health";

export interface CardConfig {
  type: string;
  /** The id of a config entry; the first factory if there is none. */
  factory?: string;
  title?: string;
}

export interface WeekCardConfig extends CardConfig {
  color_by: "price" | "score" | "recommendation";
  resolution: "hour" | "quarter";
  weather: boolean;
}

export type NowCardConfig = CardConfig;

export interface PricesCardConfig extends CardConfig {
  days: number;
  band: boolean;
  periods: boolean;
  /** The length of the cheapest stretch, in hours. */
  cheapest: number;
}

export interface ComfortCardConfig extends CardConfig {
  hours: 24 | 48;
}

export interface HealthCardConfig extends CardConfig {
  actions: boolean;
}

export const CARDS: readonly Card[] = [
  {
    key: "week",
    height: 950,
    wideHeight: 525,
    grid: { columns: "full", min_columns: 6 },
    options: {
      color_by: { default: "recommendation", choices: ["recommendation", "score", "price"] },
      resolution: { default: "hour", choices: ["hour", "quarter"] },
      weather: { default: true },
    },
  },
  {
    key: "now",
    height: 590,
    grid: { columns: 12, min_columns: 6 },
    options: {},
  },
  {
    key: "prices",
    height: 660,
    wideHeight: 520,
    grid: { columns: "full", min_columns: 6 },
    options: {
      days: { default: 8, min: 2, max: 8 },
      band: { default: true },
      periods: { default: true },
      cheapest: { default: 3, min: 1, max: 12 },
    },
  },
  {
    key: "comfort",
    height: 750,
    grid: { columns: 12, min_columns: 6 },
    options: { hours: { default: 48, choices: [24, 48] } },
  },
  {
    key: "health",
    height: 800,
    grid: { columns: 12, min_columns: 6 },
    options: { actions: { default: true } },
  },
];

export const cardType = (key: CardKey): string => `chocolate-factory-${key}-card`;
