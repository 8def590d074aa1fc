import { css } from "lit";

/** On a phone, days stand beside each other and hours below: narrow cells could not be tapped. */
export const styles = css`
  :host {
    position: relative;
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-bottom: 12px;
  }
  .choice {
    display: flex;
  }
  button {
    min-height: 32px;
    padding: 0 12px;
    border: 1px solid var(--cf-grid);
    border-radius: 16px;
    background: none;
    color: var(--cf-text);
    font: inherit;
    font-size: 13px;
    cursor: pointer;
  }
  .choice button {
    border-radius: 0;
    margin-inline-start: -1px;
  }
  .choice button:first-child {
    border-start-start-radius: 16px;
    border-end-start-radius: 16px;
  }
  .choice button:last-child {
    border-start-end-radius: 16px;
    border-end-end-radius: 16px;
  }
  button[aria-pressed="true"] {
    background: var(--cf-text);
    color: var(--cf-card);
    border-color: var(--cf-text);
  }
  button:focus-visible,
  .cell:focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }

  .grid {
    --transposed: 0;
    display: grid;
    grid-template-columns: max-content repeat(24, minmax(0, 1fr)) max-content;
    grid-template-rows: auto;
    grid-auto-rows: minmax(32px, 1fr);
    flex: 1;
    gap: 2px;
    font-size: 12px;
  }
  .row {
    display: contents;
  }
  .corner {
    position: absolute;
  }
  .hour-head {
    grid-row: 1;
    grid-column: calc(var(--hour) + 2);
    align-self: end;
    text-align: center;
    color: var(--cf-faint);
    white-space: nowrap;
  }
  .head {
    grid-row: calc(var(--day) + 2);
    grid-column: 1;
    display: flex;
    align-items: center;
    gap: 6px;
    padding-inline-end: 10px;
    white-space: nowrap;
    font-size: 13px;
    --mdc-icon-size: 18px;
  }
  .no-icon {
    width: 18px;
  }
  .sum {
    grid-row: calc(var(--day) + 2);
    grid-column: 26;
    display: flex;
    align-items: center;
    gap: 6px;
    padding-inline-start: 10px;
    white-space: nowrap;
  }
  .sum span {
    color: var(--cf-faint);
  }
  .hour {
    grid-row: calc(var(--day) + 2);
    grid-column: calc(var(--hour) + 2);
    display: flex;
    gap: 1px;
    border-radius: 4px;
    overflow: clip;
    overflow-clip-margin: 4px;
  }
  .none {
    background: repeating-linear-gradient(
      45deg,
      var(--cf-grid) 0 1px,
      transparent 1px 6px
    );
    opacity: 0.6;
  }
  .cell {
    flex: 1;
    min-width: 0;
    display: grid;
    place-items: center;
    border-radius: 4px;
    cursor: pointer;
    font-variant-numeric: tabular-nums;
  }
  .hour:has(.cell + .cell) .cell {
    border-radius: 2px;
  }
  .forecast {
    background-image: repeating-linear-gradient(
      -45deg,
      color-mix(in srgb, currentColor 15%, transparent) 0 1px,
      transparent 1px 5px
    );
  }
  .cell.over {
    --veil: color-mix(in srgb, var(--cf-card) 65%, transparent);
    background-image: linear-gradient(var(--veil), var(--veil));
    /* Whatever the colour was for: it is gone. */
    color: var(--cf-text) !important;
  }
  .now {
    box-shadow: 0 0 0 2px var(--cf-card),
      0 0 0 4px var(--cf-text);
    z-index: 1;
  }
  .picked {
    outline: 2px solid var(--primary-color);
    outline-offset: 1px;
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
    margin: 12px 0 0;
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
  .legend i {
    width: 14px;
    height: 14px;
    border-radius: 4px;
  }
  .legend i.forecast {
    border: 1px solid var(--cf-grid);
    box-sizing: border-box;
    color: var(--cf-text);
  }
  .legend i.now {
    width: 10px;
    height: 10px;
    margin: 2px;
    box-shadow: 0 0 0 2px var(--cf-text);
  }

  .details {
    margin-top: 12px;
    padding-top: 12px;
    border-top: 1px solid var(--cf-grid);
    min-height: 104px;
  }
  .headline {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 12px;
    --mdc-icon-size: 18px;
  }
  .headline b {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .headline time {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  .faint {
    color: var(--cf-faint);
  }
  dl {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 24px;
    margin: 6px 0 0;
  }
  dt {
    color: var(--cf-faint);
    font-size: 12px;
  }
  dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
  .reasons {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    margin: 6px 0 0;
    padding: 0;
    list-style: none;
    font-size: 13px;
    --mdc-icon-size: 16px;
  }
  .reasons li {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .tooltip {
    position: absolute;
    z-index: 2;
    visibility: hidden;
    width: max-content;
    max-width: min(340px, 90%);
    padding: 10px 12px;
    border-radius: 8px;
    background: var(--cf-card);
    border: 1px solid var(--cf-grid);
    box-shadow: 0 4px 16px rgba(0, 0, 0, 0.25);
    pointer-events: none;
  }
  .tooltip .reasons {
    flex-direction: column;
  }

  @container (max-width: 980px) {
    .sum {
      display: none;
    }
  }
  @container (max-width: 720px) {
    .cell {
      font-size: 0;
    }
  }
  @container (max-width: 560px) {
    .grid {
      --transposed: 1;
      grid-template-columns: max-content repeat(7, minmax(0, 1fr));
      grid-auto-rows: minmax(24px, 1fr);
    }
    .hour-head {
      grid-row: calc(var(--hour) + 2);
      grid-column: 1;
      align-self: center;
      padding-inline-end: 6px;
      text-align: end;
    }
    .head {
      grid-row: 1;
      grid-column: calc(var(--day) + 2);
      flex-direction: column;
      gap: 2px;
      padding: 0 0 4px;
      font-size: 12px;
    }
    .hour {
      grid-row: calc(var(--hour) + 2);
      grid-column: calc(var(--day) + 2);
    }
    .cell {
      font-size: 12px;
    }
  }
  @media (pointer: coarse) {
    @container (max-width: 560px) {
      /* In sight, wherever in the day the finger is; unasked it would only hide hours. */
      .details.asked {
        position: sticky;
        bottom: 0;
        z-index: 2;
        padding-bottom: 8px;
        background: var(--cf-card);
      }
    }
  }
`;
