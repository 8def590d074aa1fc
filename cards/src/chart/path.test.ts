import { describe, expect, it } from "vitest";
import { polyline, stepArea, steps } from "./path";
import { Scale } from "./scale";

const x = new Scale(0, 10, 0, 100);
const y = new Scale(0, 10, 100, 0);
const spans = (...values: (number | null)[]) =>
  values.map((value, start) => ({ start, end: start + 1, value }));
const value = (span: { value: number | null }) => span.value;

describe("a line of steps", () => {
  it("goes level through each stretch and upright between them", () => {
    expect(steps(spans(1, 2, 2), value, x, y)).toBe("M0 90H10V80H20H30");
  });

  it("has a hole where nothing is known and where time is missing", () => {
    expect(steps(spans(1, null, 2), value, x, y)).toBe("M0 90H10M20 80H30");
    expect(
      steps(
        spans(1, 2, 3).filter(({ start }) => start !== 1),
        value,
        x,
        y,
      ),
    ).toBe("M0 90H10M20 70H30");
  });

  it("begins where the line before it ended", () => {
    expect(steps(spans(3), value, x, y, 1)).toBe("M0 90V70H10");
  });

  it("is nothing where there is nothing", () => {
    expect(steps(spans(null, null), value, x, y)).toBe("");
    expect(steps([], value, x, y)).toBe("");
  });
});

describe("the area between two lines of steps", () => {
  it("goes along the upper line and back along the lower one", () => {
    const edges = ({ value: high }: { value: number | null }) =>
      high === null ? null : ([0, high] as const);
    expect(stepArea(spans(1, 2), edges, x, y)).toBe("M0 90H10V80H20L20 100H10L10 100H0Z");
    expect(stepArea(spans(1, null, 2), edges, x, y)).toBe("M0 90H10L10 100H0ZM20 80H30L30 100H20Z");
    expect(stepArea(spans(null), edges, x, y)).toBe("");
  });
});

it("a line from point to point has a hole where one is unknown", () => {
  const points = [
    [0, 1],
    [1, 2],
    [2, null],
    [3, 4],
  ] as const;
  expect(polyline(points, x, y)).toBe("M0 90L10 80M30 60");
});
