import { expect, it } from "vitest";
import type { Job } from "../factory-data";
import { dashboard } from "../testing/dashboard";
import { ACTIONS, reasonOf, results, shareOf, troubled } from "./figures";

const job = (name: string, more: Partial<Job> = {}): Job => ({
  name,
  schedule: "every day",
  running: false,
  last_run: null,
  duration_seconds: null,
  last_result: "ok",
  detail: null,
  failures: 0,
  next_run: "2026-08-06T10:00:00+00:00",
  ...more,
});

it("calls a day complete only if nothing is missing", () => {
  expect([100, 99.99, 90, 89, 50, 49, 0, null].map(shareOf)).toEqual([
    "all",
    "most",
    "most",
    "some",
    "some",
    "little",
    "little",
    "none",
  ]);
});

it("shows jobs that fail first, then those that run", () => {
  const jobs = [
    job("well"),
    job("runs", { running: true }),
    job("failed once", { last_result: "failed", failures: 1 }),
    job("failed often", { failures: 5 }),
  ];
  expect(troubled(jobs).map(({ name }) => name)).toEqual(["failed often", "failed once", "runs"]);
});

it("splits a reason from what it is about", () => {
  expect(reasonOf("no_prices")).toEqual({ key: "no_prices", subject: "" });
  expect(reasonOf("host_failing: www.omie.es")).toEqual({
    key: "host_failing",
    subject: "www.omie.es",
  });
});

it("compares nobody before the first training", () => {
  expect(results(dashboard().models)).toEqual([]);
});

it("tells who advises and who scores, who need not be the same", () => {
  const figures = { model: { r2: 0.7 }, rule: { r2: 0.5 }, naive: { r2: null } };
  const models = { ...dashboard().models, score: figures };
  const works = (share: number, scoreShare: number) =>
    results({ ...models, share, score_share: scoreShare }).map(({ work }) => work);
  expect(works(0, 0)).toEqual([undefined, "at_work", undefined]);
  expect(works(0, 1)).toEqual(["scores", "advises", undefined]);
  expect(works(1, 1)).toEqual(["at_work", undefined, undefined]);
  expect(works(0.5, 1)).toEqual(["partly", "partly", undefined]);
  expect(works(0, 0.1)).toEqual(["partly", "partly", undefined]);
  expect(results(models)[2]).toMatchObject({ who: "naive", fit: null, accuracy: null });
});

it("knows from the data which action is running", () => {
  const running = (change: (data: ReturnType<typeof dashboard>) => void) => {
    const data = dashboard();
    change(data);
    return ACTIONS.filter((action) => action.isRunning(data)).map(({ key }) => key);
  };
  expect(running(() => {})).toEqual([]);
  expect(running((data) => data.jobs.push(job("prices", { running: true })))).toEqual(["fetch"]);
  expect(
    running((data) => {
      data.history.is_filling = true;
    }),
  ).toEqual(["fill"]);
  expect(
    running((data) => {
      data.models.running = true;
    }),
  ).toEqual(["train"]);
});
