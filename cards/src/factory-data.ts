/** What a factory tells its dashboard: the answer of `chocolate_factory.get_dashboard`, version 1. */

export const RECOMMENDATIONS = ["optimal", "moderate", "reduced", "halt"] as const;
export type Recommendation = (typeof RECOMMENDATIONS)[number];

export const LEVELS = ["very_cheap", "cheap", "normal", "expensive", "very_expensive"] as const;
export type Level = (typeof LEVELS)[number];

export type Origin = "published" | "estimated" | "forecast" | "contract";
export type Engine = "rule" | "model";
export type Status = "ok" | "degraded" | "failing";

/** Consecutive slots: the start of the first (ISO 8601), the length of each in seconds, their number. */
export type Run = [start: string, seconds: number, count: number];

/** A number for each slot, null where nobody knows. */
export type Column = (number | null)[];

/** From yesterday's midnight to the end of the outlook; columns of one length, oldest first. */
export interface Slots {
  time: Run[];
  /** All-in, €/kWh. */
  price: Column;
  /** The 10 % and the 90 % quantile, €/kWh; null unless the price is forecast. */
  low: Column;
  high: Column;
  /** Positions in `origins`. */
  origin: number[];
  /** The tariff period, 1 to 6. */
  period: number[];
  /** Positions in `levels`: how the price compares with the week before and its own day. */
  level: Column;
  /** 0 to 100; of slots that are over, what was said when they began. */
  score: Column;
  /** Positions in `recommendations`; of slots that are over, what was said when they began. */
  recommendation: Column;
  /** The probability of the recommendation, in %. */
  confidence: Column;
  /** Positions in `reasons`, at most three, the strongest first. */
  reasons: number[][];
}

/** The air by the hour, from yesterday's midnight on: measured, then forecast. */
export interface Air {
  time: Run[];
  /** °C and % outdoors. */
  temperature: Column;
  humidity: Column;
  /** °C and % in a room of which only the outdoors is known: heated, not cooled, aired. */
  room_temperature: Column;
  room_humidity: Column;
  /** Chocolate production index, 0 to 100. */
  index: Column;
  /** Heat stress factor, 0 to 1. */
  heat_stress: Column;
}

export interface Window {
  start: string;
  end: string;
  score: number | null;
  price: number | null;
}

export interface Day {
  /** The local date, YYYY-MM-DD. */
  date: string;
  recommendation: Recommendation;
  score: number | null;
  price: number | null;
  hours: Record<Recommendation, number>;
  best: Window | null;
}

/** A step of the work, and when the air allows it in a room without cooling. */
export interface Step {
  /** "work" is tempering, moulding and enrobing; "roasting" also grinding and conching. */
  key: "work" | "packaging" | "storage" | "roasting";
  /** °C and %; null where the air does not matter. */
  limits: {
    lowest_temperature: number;
    highest_temperature: number;
    highest_humidity: number;
  } | null;
  /** 1 or 0 for each hour of `air`, null where the air is not known; null as a whole: always. */
  possible: Column | null;
}

export interface Comfort {
  /** The air in the room now; null if nothing is known. */
  now: {
    temperature: number;
    humidity: number;
    dew_point: number;
    index: number;
    heat_stress: number;
    /** Whether the room's own sensors say so; else it is reckoned from outside. */
    is_measured: boolean;
  } | null;
  steps: Step[];
}

export interface Prices {
  contract: "pvpc" | "indexed" | "fixed";
  tariff: string;
  source: string | null;
  updated: string | null;
  is_tomorrow_known: boolean;
  /** €/kWh, all-in. */
  today: { lowest: number | null; highest: number | null; average: number | null };
  /**
   * €/kWh: how wrong the forecasts of the last seven days were, beside last week's prices; null
   * as long as none could be checked.
   */
  forecast_error: { error: number | null; weekly_naive: number | null; hours: number } | null;
}

export interface Weather {
  source: string | null;
  is_stale: boolean;
  temperature: number | null;
  humidity: number | null;
  pressure: number | null;
}

export interface Figures {
  [name: string]: number | null;
}

export interface Models {
  engine: Engine;
  score_engine: Engine;
  /** At what share of the moments models recommend and score, 0 to 1; at the others the rule. */
  share: number;
  score_share: number;
  reason: string | null;
  trained: string | null;
  trainer: string | null;
  rows: number | null;
  span: { start: string; end: string } | null;
  score: { model: Figures; rule: Figures; naive: Figures } | null;
  recommendation: { model: Figures; rule: Figures; naive: Figures } | null;
  importance: Figures;
  refused: Record<string, string>;
  running: boolean;
  /** 0 to 1. */
  progress: number | null;
}

export interface Job {
  name: string;
  schedule: string;
  running: boolean;
  last_run: string | null;
  duration_seconds: number | null;
  last_result: "ok" | "nothing" | "partial" | "failed" | null;
  detail: string | null;
  failures: number;
  next_run: string;
}

export interface Source {
  host: string;
  state: "ok" | "failing" | "refusing";
  /** When it is asked again, if it is left alone now. */
  retry_at: string | null;
}

export interface Health {
  status: Status | null;
  /** The worst first, as "key" or "key: subject". */
  reasons: string[];
  sources: Source[];
}

export interface History {
  /** % of the last 30 days, over all series. */
  completeness: number;
  series: {
    series: string;
    completeness: number;
    missing_slots: number;
    /** % of each local day, oldest first; the last is today; null where nothing is due. */
    days: Column;
  }[];
  /** The local date of the first of the days. */
  first_day: string;
  /** Slots that may still be had. */
  backlog: number;
  /** Whether somebody has asked for a backfill that is not done. */
  is_filling: boolean;
}

export interface Dashboard {
  version: 1;
  factory: { id: string; title: string };
  /** When this was put together. */
  updated: string;
  /** When the outlook was. */
  issued: string;
  /** IANA name of the factory's time zone. */
  zone: string;
  unit: string;
  engine: Engine;
  score_engine: Engine;
  origins: Origin[];
  levels: Level[];
  recommendations: Recommendation[];
  /** Keys of sentences, like "price_good": "_good" speaks for Optimal, "_bad" for Halt. */
  reasons: string[];
  slots: Slots;
  air: Air;
  days: Day[];
  /** The coming runs of optimal slots, at most twenty; the first may have begun. */
  windows: Window[];
  /** When something else is recommended than now; null if nothing is recommended now. */
  until: string | null;
  /** When the next tariff period begins. */
  next_period: string;
  prices: Prices;
  weather: Weather;
  comfort: Comfort;
  models: Models;
  health: Health;
  history: History;
  jobs: Job[];
}

/** One message of the subscription `chocolate_factory/outlook`. */
export interface Message {
  /** All factories that are set up. */
  factories: { id: string; title: string; is_loaded: boolean }[];
  /** The one that was asked for, or the first; null while it is not loaded. */
  dashboard: Dashboard | null;
}
