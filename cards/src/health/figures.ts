/** What is said of the data: plain answers, which the card puts into words. */

import type { Dashboard, Figures, Job, Models } from "../factory-data";

/** The steps of a day's completeness, from all there to hardly anything. */
export type Share = "all" | "most" | "some" | "little" | "none";

export function shareOf(percent: number | null | undefined): Share {
  if (percent === null || percent === undefined) return "none";
  if (percent >= 99.995) return "all";
  if (percent >= 90) return "most";
  return percent >= 50 ? "some" : "little";
}

/** The worst first: failing, then running, then those that lack something. */
export function troubled(jobs: readonly Job[]): Job[] {
  return jobs
    .filter((job) => job.failures || job.running || job.last_result === "failed")
    .sort((one, other) => other.failures - one.failures);
}

/** What is wrong, and with whom. */
export function reasonOf(reason: string): { key: string; subject: string } {
  const [key = "", ...rest] = reason.split(": ");
  return { key, subject: rest.join(": ") };
}

export const COMPETITORS = ["model", "rule", "naive"] as const;
export type Competitor = (typeof COMPETITORS)[number];

export interface Result {
  who: Competitor;
  fit: number | null;
  accuracy: number | null;
  /** What it does at present, if anything. */
  work: "at_work" | "partly" | "advises" | "scores" | undefined;
}

/** How good model, rule and naive guess were on the weeks that no model had seen. */
export function results(models: Models): Result[] {
  const { score, recommendation, share, score_share: scoreShare } = models;
  const works = { model: workOf(share, scoreShare), rule: workOf(1 - share, 1 - scoreShare) };
  if (!score && !recommendation) return [];
  const at = (figures: Figures | undefined, name: string): number | null => figures?.[name] ?? null;
  return COMPETITORS.map((who) => ({
    who,
    fit: at(score?.[who], "r2"),
    accuracy: at(recommendation?.[who], "accuracy"),
    work: who === "naive" ? undefined : works[who],
  }));
}

/** From the shares of the hours, near and far, for which somebody advises and scores. */
function workOf(advises: number, scores: number): Result["work"] {
  if ([advises, scores].some((share) => share > 0 && share < 1)) return "partly";
  if (advises) return scores ? "at_work" : "advises";
  return scores ? "scores" : undefined;
}

export type ActionKey = "fetch" | "fill" | "train";

export interface Action {
  key: ActionKey;
  icon: string;
  service: string;
  data: Readonly<Record<string, unknown>>;
  isRunning(data: Dashboard): boolean;
}

const runs = ({ jobs }: Dashboard, name: string): boolean =>
  jobs.some((job) => job.name === name && job.running);

export const ACTIONS: readonly Action[] = [
  {
    key: "fetch",
    icon: "mdi:download",
    service: "ingest_now",
    data: {},
    isRunning: (data) => runs(data, "prices"),
  },
  {
    key: "fill",
    icon: "mdi:puzzle-outline",
    service: "backfill_gaps",
    data: { days_back: 30, include_larger: true },
    isRunning: (data) => data.history.is_filling || runs(data, "gaps"),
  },
  {
    key: "train",
    icon: "mdi:school-outline",
    service: "train_models",
    data: { force: true },
    isRunning: (data) => data.models.running,
  },
];

/** What the actions answer, as far as it is told. */
export interface Ingested {
  fetched: { changed: number }[];
  missing: { day: string }[];
}
export interface Asked {
  series: Record<string, { missing_slots: number }>;
}
export type Trained = Pick<Models, "engine" | "reason">;
