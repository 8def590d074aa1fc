/** A dashboard for tests: a summer week in Madrid that nobody would confuse with a real one. */

import type { Column, Dashboard, Run } from "../factory-data";

const HOUR = 3_600_000;

export interface Wanted {
  /** The instant at which it is put together; the slots begin at the midnight before the last one. */
  now?: string;
  /** Midnight of yesterday, in UTC. */
  first?: string;
  slots?: number;
  seconds?: number;
  zone?: string;
}

const column = (count: number, value: (index: number) => number | null): Column =>
  Array.from({ length: count }, (_, index) => value(index));

export function dashboard({
  now = "2026-08-05T10:00:00+00:00",
  first = "2026-08-03T22:00:00+00:00",
  slots = 205,
  seconds = 3600,
  zone = "Europe/Madrid",
}: Wanted = {}): Dashboard {
  const time: Run[] = [[first, seconds, slots]];
  const past = Math.floor((Date.parse(now) - Date.parse(first)) / (seconds * 1000));
  const hours = Math.ceil((slots * seconds) / 3600);
  const begin = Date.parse(first);
  return {
    version: 1,
    factory: { id: "obrador", title: "Obrador" },
    updated: now,
    issued: now,
    zone,
    unit: "€/kWh",
    engine: "rule",
    score_engine: "rule",
    origins: ["published", "estimated", "forecast", "contract"],
    levels: ["very_cheap", "cheap", "normal", "expensive", "very_expensive"],
    recommendations: ["optimal", "moderate", "reduced", "halt"],
    reasons: ["price_bad", "price_good"],
    slots: {
      time,
      price: column(slots, (index) => 0.1 + (index % 24) / 1000),
      low: column(slots, (index) => (index < past + 24 ? null : 0.09 + (index % 24) / 1000)),
      high: column(slots, (index) => (index < past + 24 ? null : 0.11 + (index % 24) / 1000)),
      origin: Array.from({ length: slots }, (_, index) => (index < past + 24 ? 0 : 2)),
      period: Array.from({ length: slots }, (_, index) => 1 + (index % 3)),
      level: column(slots, (index) => index % 5),
      score: column(slots, (index) => (index < past ? null : (index * 7) % 101)),
      recommendation: column(slots, (index) => (index < past ? null : index % 4)),
      confidence: column(slots, (index) => (index < past ? null : 50 + (index % 50))),
      reasons: Array.from({ length: slots }, (_, index) => (index < past ? [] : [index % 2])),
    },
    air: {
      time: [[first, 3600, hours]],
      temperature: column(hours, (index) => 18 + (index % 24) / 2),
      humidity: column(hours, () => 45),
      room_temperature: column(hours, (index) => 20 + (index % 24) / 3),
      room_humidity: column(hours, () => 50),
      index: column(hours, (index) => 100 - (index % 24)),
      heat_stress: column(hours, () => 0),
    },
    days: Array.from({ length: 7 }, (_, index) => ({
      date: new Date(begin + (index + 1.5) * 24 * HOUR).toISOString().slice(0, 10),
      recommendation: "moderate",
      score: 50,
      price: 0.111,
      hours: { optimal: 6, moderate: 6, reduced: 6, halt: 6 },
      best: null,
    })),
    windows: [
      {
        start: new Date(Date.parse(now) + 2 * HOUR).toISOString(),
        end: new Date(Date.parse(now) + 5 * HOUR).toISOString(),
        score: 88,
        price: 0.1,
      },
    ],
    until: new Date(Date.parse(now) + HOUR).toISOString(),
    next_period: new Date(Date.parse(now) + 4 * HOUR).toISOString(),
    prices: {
      contract: "pvpc",
      tariff: "2_0td",
      source: "redata",
      updated: now,
      is_tomorrow_known: true,
      today: { lowest: 0.1, highest: 0.123, average: 0.1115 },
      forecast_error: { error: 0.012, weekly_naive: 0.02, hours: 168 },
    },
    weather: {
      source: "aemet",
      is_stale: false,
      temperature: 24.5,
      humidity: 41,
      pressure: 1015,
    },
    comfort: {
      now: {
        temperature: 24.5,
        humidity: 41,
        dew_point: 10.4,
        index: 44,
        heat_stress: 0.25,
        is_measured: false,
      },
      steps: [
        {
          key: "work",
          limits: { lowest_temperature: 18, highest_temperature: 22, highest_humidity: 55 },
          possible: column(hours, (index) => (index % 24 < 9 ? 1 : 0)),
        },
        { key: "roasting", limits: null, possible: null },
      ],
    },
    models: {
      engine: "rule",
      score_engine: "rule",
      share: 0,
      score_share: 0,
      reason: "too_little_history",
      trained: null,
      trainer: null,
      rows: null,
      span: null,
      score: null,
      recommendation: null,
      importance: {},
      refused: {},
      running: false,
      progress: null,
    },
    health: { status: "ok", reasons: [], sources: [] },
    history: {
      completeness: 100,
      first_day: "2026-07-07",
      series: [
        { series: "pvpc", completeness: 100, missing_slots: 0, days: column(30, () => 100) },
      ],
      backlog: 0,
      is_filling: false,
    },
    jobs: [],
  };
}
