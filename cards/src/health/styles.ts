import { css } from "lit";

/** One column in a section; from 640 px on two. */
export const styles = css`
  .health {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 20px;
  }
  p,
  h3,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
  }
  h3 {
    display: flex;
    justify-content: space-between;
    gap: 8px;
    margin-bottom: 8px;
    font-size: 14px;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 20px;
  }
  small,
  .aside {
    font-size: 12px;
    line-height: 16px;
    color: var(--cf-faint);
  }
  .aside {
    margin-top: 8px;
  }
  b {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  ha-icon {
    flex: none;
    --mdc-icon-size: 16px;
  }
  .bad {
    color: color-mix(in srgb, var(--cf-halt) 75%, var(--cf-text));
  }

  .status {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: 4px 12px;
    padding: 12px;
    border-radius: 12px;
    background: color-mix(in srgb, var(--sign, var(--cf-unknown)) 14%, transparent);
  }
  .status.ok {
    --sign: var(--cf-optimal);
  }
  .status.degraded {
    --sign: var(--cf-reduced);
  }
  .status.failing {
    --sign: var(--cf-halt);
  }
  .status ha-icon {
    color: var(--sign);
    --mdc-icon-size: 28px;
  }
  .status.unknown ha-icon {
    color: var(--cf-faint);
  }
  .status p {
    font-size: 16px;
    font-weight: var(--ha-font-weight-medium, 500);
  }
  .status ul {
    grid-column: 2;
    list-style: none;
    /* Names of hosts know no blanks. */
    overflow-wrap: anywhere;
  }
  .status li + li {
    margin-top: 4px;
  }

  .actions [role="group"] {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(80px, 100%), 1fr));
    gap: 8px;
  }
  button {
    position: relative;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 44px;
    padding: 4px 8px;
    border: 0;
    border-radius: 22px;
    overflow: hidden;
    font: inherit;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.2;
    color: var(--cf-text);
    background: color-mix(in srgb, var(--cf-text) 9%, transparent);
    cursor: pointer;
    --mdc-icon-size: 20px;
  }
  button ha-icon {
    --mdc-icon-size: 20px;
  }
  button:hover {
    background: color-mix(in srgb, var(--cf-text) 15%, transparent);
  }
  button[aria-disabled="true"] {
    color: var(--cf-faint);
    background: color-mix(in srgb, var(--cf-text) 5%, transparent);
    cursor: progress;
  }
  button:focus-visible,
  summary:focus-visible,
  .strip:focus-visible {
    outline: 2px solid var(--primary-color, #009ac7);
    outline-offset: 2px;
  }
  .progress {
    position: absolute;
    inset: auto 0 0;
    height: 4px;
    overflow: hidden;
    background: var(--cf-grid);
  }
  .progress i {
    display: block;
    height: 100%;
    background: var(--cf-optimal);
  }
  .endless i {
    opacity: 0.6;
  }
  @media (prefers-reduced-motion: no-preference) {
    .progress i {
      transition: width 0.4s;
    }
    .endless i {
      width: 40% !important;
      opacity: 1;
      animation: pass 1.4s ease-in-out infinite;
    }
  }
  @keyframes pass {
    from {
      transform: translateX(-100%);
    }
    to {
      transform: translateX(250%);
    }
  }
  /* What is said for good and what comes of an action share a place. */
  .told {
    display: grid;
    min-height: 20px;
    margin-top: 8px;
  }
  .told p {
    grid-area: 1 / 1;
    margin: 0;
  }
  [hidden] {
    visibility: hidden;
  }

  .series {
    display: grid;
    grid-template-columns: fit-content(40%) minmax(0, 1fr) auto;
    align-items: center;
    gap: 6px 10px;
  }
  .series .share {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .name {
    overflow-wrap: anywhere;
    line-height: 1.2;
  }
  .strip {
    display: flex;
    height: 22px;
    border-radius: 2px;
    cursor: crosshair;
    touch-action: pan-y;
  }
  .strip span {
    position: relative;
    display: flex;
    flex: 1;
    align-items: flex-end;
    margin-inline-end: 1px;
    border-radius: 1px;
    overflow: hidden;
    background: color-mix(in srgb, var(--colour) 25%, transparent);
  }
  .strip i {
    width: 100%;
    background: var(--colour);
  }
  .strip .all {
    --colour: var(--cf-optimal);
  }
  .strip .most {
    --colour: var(--cf-moderate);
  }
  .strip .some {
    --colour: var(--cf-reduced);
  }
  .strip .little {
    --colour: var(--cf-halt);
  }
  .strip .none {
    background: repeating-linear-gradient(
      -45deg,
      var(--cf-grid) 0 2px,
      transparent 2px 4px
    );
  }
  .strip .chosen::after {
    content: "";
    position: absolute;
    inset: 0;
    border: 2px solid var(--cf-text);
  }
  .axis {
    grid-column: 2 / -1;
    display: flex;
    justify-content: space-between;
    min-height: 17px;
    font-size: 12px;
    color: var(--cf-faint);
  }
  .axis.told {
    grid-column: 1 / -1;
    justify-content: end;
  }
  .axis b {
    color: var(--cf-text);
    white-space: nowrap;
  }

  .pairs {
    display: grid;
    gap: 6px;
  }
  .pairs div {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 12px;
  }
  dt {
    color: var(--cf-faint);
    overflow-wrap: anywhere;
  }
  dd {
    display: flex;
    align-items: center;
    gap: 4px;
  }

  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  th {
    text-align: start;
    font-weight: inherit;
  }
  thead th {
    font-size: 12px;
    text-align: end;
    color: var(--cf-faint);
  }
  tbody th,
  tbody td {
    padding: 6px 0;
    border-top: 1px solid var(--cf-grid);
    vertical-align: top;
  }
  tbody td {
    padding-inline-start: 12px;
    text-align: end;
  }
  .best {
    font-weight: var(--ha-font-weight-bold, 700);
  }
  .bar {
    display: block;
    width: 64px;
    height: 4px;
    margin: 2px 0 0 auto;
    border-radius: 2px;
    background: var(--cf-grid);
  }
  .bar i {
    display: block;
    height: 100%;
    border-radius: inherit;
    background: var(--cf-faint);
  }
  .best .bar i {
    background: var(--cf-optimal);
  }
  .chip {
    display: inline-block;
    margin-inline-start: 4px;
    padding: 0 8px;
    border-radius: 9px;
    font-size: 12px;
    line-height: 18px;
    white-space: nowrap;
    color: var(--cf-ink-optimal);
    background: var(--cf-optimal);
  }
  table + p {
    margin-top: 8px;
  }

  .jobs {
    list-style: none;
  }
  .jobs li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 12px;
    padding: 6px 0;
    border-top: 1px solid var(--cf-grid);
  }
  .result {
    display: flex;
    align-items: center;
    gap: 4px;
  }
  .jobs small {
    grid-column: 1 / -1;
    overflow-wrap: anywhere;
  }
  .ok ha-icon,
  .nothing ha-icon {
    color: var(--cf-optimal);
  }
  .partial ha-icon,
  dd.failing ha-icon {
    color: color-mix(in srgb, var(--cf-reduced) 75%, var(--cf-text));
  }
  .failed ha-icon,
  dd.refusing ha-icon {
    color: var(--cf-halt);
  }
  .failed .result {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  summary {
    min-height: 32px;
    line-height: 32px;
    border-radius: 4px;
    color: var(--cf-faint);
    cursor: pointer;
  }

  @container (width < 330px) {
    .series {
      grid-template-columns: minmax(0, 1fr) auto;
      grid-auto-flow: dense;
      gap: 2px 10px;
    }
    .series .strip {
      grid-column: 1 / -1;
      margin-bottom: 6px;
    }
    .series .axis {
      grid-column: 1 / -1;
    }
  }
  @container (width < 430px) {
    button {
      flex-direction: column;
      gap: 2px;
      min-height: 60px;
      border-radius: 12px;
    }
  }
  @container (width >= 640px) {
    .health {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      gap: 24px 32px;
    }
    /* Sources below the strips, jobs below the models. */
    section:nth-of-type(2),
    section:nth-of-type(4) {
      order: 1;
    }
  }
`;
