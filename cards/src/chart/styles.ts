/** How charts look, and the figures above them: what cards with a chart share. */

import { css, html, nothing, type TemplateResult } from "lit";

export const chartStyles = css`
  .chart {
    position: relative;
    flex: 1 1 auto;
    border-radius: 4px;
    cursor: crosshair;
    touch-action: pan-y;
    user-select: none;
    -webkit-user-select: none;
    -webkit-tap-highlight-color: transparent;
  }
  .chart:has(.crosshair:focus-visible) {
    outline: 2px solid var(--primary-color, #009ac7);
    outline-offset: 4px;
  }
  .chart > svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    overflow: visible;
  }
  .crosshair {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    pointer-events: none;
  }
  svg text {
    fill: var(--cf-faint);
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }
  svg text.today {
    fill: var(--cf-text);
    font-weight: 500;
  }
  .gridline,
  .midnight,
  .zero,
  .now,
  .pointed {
    stroke: var(--cf-grid);
    shape-rendering: crispEdges;
  }
  .zero {
    stroke: var(--cf-faint);
  }
  .now {
    stroke: var(--cf-text);
    stroke-dasharray: 2 3;
  }
  .pointed {
    stroke: var(--cf-text);
  }
  .dot {
    stroke: var(--ha-card-background, var(--card-background-color, #fff));
    stroke-width: 2;
  }
  .tip {
    position: absolute;
    z-index: 1;
    top: 0;
    right: var(--right);
    left: var(--left);
    box-sizing: border-box;
    padding: 6px 10px;
    border-radius: 8px;
    border: 1px solid var(--cf-grid);
    background: var(--ha-card-background, var(--card-background-color, #fff));
    box-shadow: 0 2px 8px rgb(0 0 0 / 18%);
    font-size: 12px;
    line-height: 1.5;
    pointer-events: none;
    white-space: nowrap;
  }
  @container (max-width: 480px) {
    /* Where it would hide half of the chart. */
    .tip {
      top: auto;
      right: auto;
      bottom: calc(100% - 16px);
      left: calc(100% * var(--part));
      transform: translateX(calc(-100% * var(--part)));
    }
  }
  .tip b {
    display: block;
    font-size: 14px;
    font-weight: 500;
    font-variant-numeric: tabular-nums;
  }
  .tip span {
    display: block;
    color: var(--cf-faint);
  }
  dl.figures {
    display: grid;
    grid-template-columns: repeat(3, 1fr);
    gap: 8px 16px;
    margin: 0 0 12px;
  }
  @container (min-width: 620px) {
    dl.figures {
      grid-template-columns: repeat(6, 1fr);
    }
  }
  .figures div {
    min-width: 0;
  }
  .figures .first {
    grid-column: span 2;
  }
  .figures .first .value {
    font-size: 22px;
    line-height: 1.1;
  }
  .figures dt,
  .figures .more {
    color: var(--cf-faint);
    font-size: 12px;
  }
  .figures dd {
    margin: 0;
  }
  .figures .value {
    font-size: 18px;
    line-height: 1.35;
    font-weight: 500;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .figures .value small {
    color: var(--cf-faint);
    font-size: 12px;
    font-weight: 400;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
    color: var(--cf-faint);
    font-size: 12px;
  }
  .legend li {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .legend svg {
    flex: none;
    width: 20px;
    height: 12px;
  }
  .nothing {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    margin: 0;
    padding: 0 16px;
    color: var(--cf-faint);
    text-align: center;
    pointer-events: none;
  }
  .nothing span {
    padding: 4px 12px;
    border-radius: 14px;
    background: var(--ha-card-background, var(--card-background-color, #fff));
  }
`;

/** A figure for the list above a chart. */
export const figure = (
  name: string,
  label: string,
  value: unknown,
  more: unknown = nothing,
): TemplateResult => html`<div class=${name}>
  <dt>${label}</dt>
  <dd class="value">${value}</dd>
  <dd class="more">${more}</dd>
</div>`;
