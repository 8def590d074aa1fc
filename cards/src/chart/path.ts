/** The `d` of SVG paths. */

import type { Span } from "./calendar";
import type { Scale } from "./scale";

const px = (value: number): number => Math.round(value * 10) / 10;

/**
 * A line of steps through the values, with a hole where one is unknown or time is missing.
 * It begins at the height of what was before, if anything was: then pieces join without a gap.
 */
export function steps<S extends Span>(
  spans: readonly S[],
  heightOf: (span: S) => number | null,
  x: Scale,
  y: Scale,
  before: number | null = null,
): string {
  let path = "";
  let end = spans[0]?.start;
  let last = before;
  for (const span of spans) {
    const value = heightOf(span);
    if (value !== null) {
      const height = px(y.at(value));
      if (last === null || span.start !== end) path += `M${px(x.at(span.start))} ${height}`;
      else if (!path) path += `M${px(x.at(span.start))} ${px(y.at(last))}V${height}`;
      else if (value !== last) path += `V${height}`;
      path += `H${px(x.at(span.end))}`;
    }
    last = value;
    end = span.end;
  }
  return path;
}

/** The area between two lines of steps, one piece for each run in which both are known. */
export function stepArea<S extends Span>(
  spans: readonly S[],
  edgesOf: (span: S) => readonly [number, number] | null,
  x: Scale,
  y: Scale,
): string {
  let path = "";
  let back = "";
  let end: number | undefined;
  for (const span of spans) {
    const edges = edgesOf(span);
    if (back && (!edges || span.start !== end)) {
      path += `${back}Z`;
      back = "";
    }
    if (!edges) continue;
    const [from, to] = [px(x.at(span.start)), px(x.at(span.end))];
    const [one, other] = [px(y.at(edges[0])), px(y.at(edges[1]))];
    path += back ? `V${other}H${to}` : `M${from} ${other}H${to}`;
    back = `L${to} ${one}H${from}${back}`;
    end = span.end;
  }
  return back ? `${path}${back}Z` : path;
}

/** A line from point to point, with a hole where one is unknown. */
export function polyline(
  points: readonly (readonly [at: number, value: number | null])[],
  x: Scale,
  y: Scale,
): string {
  let path = "";
  let isDrawing = false;
  for (const [at, value] of points) {
    if (value !== null) path += `${isDrawing ? "L" : "M"}${px(x.at(at))} ${px(y.at(value))}`;
    isDrawing = value !== null;
  }
  return path;
}
