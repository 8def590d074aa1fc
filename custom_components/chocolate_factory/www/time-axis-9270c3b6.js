import{d as e,f as t,l as n,n as r,r as i,u as a}from"./lit-5b407c51.js";import{l as o}from"./factory-card-f3e8b71b.js";var s=36e5;function c(e,t,n){let r=[];for(let i=e;i<t;i+=s){let{date:e,hour:a}=o(i,n),c=Math.min(i+s,t),l=r.at(-1);l?.date===e?(l.end=c,l.hours.push({at:i,hour:a})):r.push({date:e,start:i,end:c,hours:[{at:i,hour:a}]})}return r}var l=[1,2,3,4,6,12],u=(e,t)=>l.find(n=>n*e>=t)??0;function d(e,t){let n=0,r=e.length-1;for(;n<r;){let i=n+r+1>>1;(e[i]?.start??0)<=t?n=i:r=i-1}return r<0?-1:n}var f=864e5,p=class{#e;#t;#n;#r;#i;#a;constructor(e){this.host=e,this.#e=[],this.#n=0,this.#i=!1,this.pointer=e=>{if(!(e.currentTarget instanceof Element)||!this.#t)return;let t=e.pointerType===`mouse`;if(e.type===`pointerleave`||e.type===`pointercancel`){(t||e.type===`pointercancel`)&&this.clear();return}this.#a=e.currentTarget;let n=e.clientX-e.currentTarget.getBoundingClientRect().left;this.#i=!t,this.show(this.#e[d(this.#e,this.#t.value(n))]?.start)},this.#o=e=>{this.#a&&e.composedPath().includes(this.#a)||this.clear()},this.#s=e=>{e.target instanceof HTMLInputElement&&(this.#i=!1,this.show(this.#e[e.target.valueAsNumber]?.start))},this.#c=()=>{this.show(this.#e[Math.max(0,d(this.#e,this.#n))]?.start)},this.#l=e=>{e.key===`Escape`&&this.clear();let t={PageUp:1,PageDown:-1}[e.key];if(!t)return;e.preventDefault();let n=(this.#r??this.#n)+t*f;this.show(this.#e[d(this.#e,n)]?.start)},e.addController(this)}hostDisconnected(){this.clear()}follow(e,t,n){this.#e=e,this.#t=t,this.#n=n}get index(){if(this.#r!==void 0&&this.#e.length)return d(this.#e,this.#r)}show(e){e!==this.#r&&(this.#r===void 0&&document.addEventListener(`pointerdown`,this.#o),e===void 0&&document.removeEventListener(`pointerdown`,this.#o),this.#r=e,this.host.requestUpdate(`crosshair`,this))}clear(){this.#i=!1,this.show(void 0)}control(e,t){let r=this.index??Math.max(0,d(this.#e,this.#n));return a`<input
        class="crosshair"
        type="range"
        min="0"
        max=${Math.max(0,this.#e.length-1)}
        step="1"
        aria-label=${e}
        aria-valuetext=${this.#e.length?t(r):n}
        .value=${i(String(r))}
        @input=${this.#s}
        @keydown=${this.#l}
        @focus=${this.#c}
        @blur=${()=>this.clear()}
      />
      <span class="visually-hidden" role="status"
        >${this.#i&&this.index!==void 0?t(this.index):n}</span
      >`}#o;#s;#c;#l},m=class{#e;#t;constructor(e,t){this.host=e,this.selector=t,this.width=0,this.height=0,this.#t=new ResizeObserver(([e])=>{if(!e)return;let{width:t,height:n}=e.contentRect;!t||t===this.width&&n===this.height||(this.width=t,this.height=n,this.host.requestUpdate(`size`,this))}),e.addController(this)}hostUpdated(){let e=this.host.renderRoot.querySelector(this.selector)??void 0;e!==this.#e&&(this.#t.disconnect(),this.#e=e,e&&this.#t.observe(e))}hostDisconnected(){this.#t.disconnect(),this.#e=void 0}hostConnected(){this.host.hasUpdated&&this.host.requestUpdate()}},h=t`
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
`,g=(e,t,r,i=n)=>a`<div class=${e}>
  <dt>${t}</dt>
  <dd class="value">${r}</dd>
  <dd class="more">${i}</dd>
</div>`,_=12;function v(e,t,n){let i={"--left":e<t/2?`${e+_}px`:`auto`,"--right":e<t/2?`auto`:`${t-e+_}px`,"--part":String(e/t)};return a`<div class="tip" aria-hidden="true" style=${r(i)}>${n}</div>`}var y=e=>Math.round(e*10)/10;function b(e,t,n,r,i=null){let a=``,o=e[0]?.start,s=i;for(let i of e){let e=t(i);if(e!==null){let t=y(r.at(e));s===null||i.start!==o?a+=`M${y(n.at(i.start))} ${t}`:a?e!==s&&(a+=`V${t}`):a+=`M${y(n.at(i.start))} ${y(r.at(s))}V${t}`,a+=`H${y(n.at(i.end))}`}s=e,o=i.end}return a}function x(e,t,n,r){let i=``,a=``,o;for(let s of e){let e=t(s);if(a&&(!e||s.start!==o)&&(i+=`${a}Z`,a=``),!e)continue;let[c,l]=[y(n.at(s.start)),y(n.at(s.end))],[u,d]=[y(r.at(e[0])),y(r.at(e[1]))];i+=a?`V${d}H${l}`:`M${c} ${d}H${l}`,a=`L${l} ${u}H${c}${a}`,o=s.end}return a?`${i}${a}Z`:i}function S(e,t,n){let r=``,i=!1;for(let[a,o]of e)o!==null&&(r+=`${i?`L`:`M`}${y(t.at(a))} ${y(n.at(o))}`),i=o!==null;return r}var C=class{constructor(e,t,n,r){this.from=e,this.to=t,this.start=n,this.end=r}at(e){return this.start+(e-this.from)*this.perUnit}value(e){return this.perUnit?this.from+(e-this.start)/this.perUnit:this.from}get perUnit(){return this.to===this.from?0:(this.end-this.start)/(this.to-this.from)}},w=[1,2,2.5,5,10];function T(e,t,n){let r=(t-e||Math.abs(t)||1)/Math.max(1,n),i=10**Math.floor(Math.log10(r)),a=(w.find(e=>e*i>=r*.999)??10)*i,o=Math.floor(e/a+1e-6),s=Math.max(Math.ceil(t/a-1e-6),o+1),c=E(a),l=Array.from({length:s-o+1},(e,t)=>Number(((o+t)*a).toFixed(c))||0);return{from:l[0]??e,to:l.at(-1)??t,ticks:l,digits:c}}function E(e){let t=0;for(;t<6&&Math.abs(Number(e.toFixed(t))-e)>e*.001;)t++;return t}var D=16,O=6.6,k=12*s,A=e=>e.length*O;function j({days:e,x:t,format:n}){let r=Math.max(0,...(e[0]?.hours??[]).map(({at:e})=>A(n.hour(e))+14));return u(t.perUnit*s,r)}var M=e=>(j(e)?32:D)+4;function N(t,r,i){let{days:a,x:o,format:s,today:c}=t,l=j(t),u=i+D-2,d=l?a.flatMap(e=>e.hours):[],f=a.filter(P),p=F(f,s,o);return e`
    ${a.map(({start:t},a)=>{let s=Math.round(o.at(t));return a?e`<line class="midnight" x1=${s} x2=${s} y1=${r} y2=${i+(l?32:D)} />`:n})}
    ${d.map(({at:t,hour:r})=>r&&r%l===0?e`<text x=${o.at(t)} y=${u} text-anchor="middle">${s.hour(t)}</text>`:n)}
    ${f.map(t=>e`<text
          class=${t.date===c?`today`:n}
          x=${(o.at(t.start)+o.at(t.end))/2}
          y=${l?u+D:u}
          text-anchor="middle"
        >${p(t.date)}</text>`)}
  `}var P=e=>e.end-e.start>k;function F(e,t,n){let r=e=>t.day(e);return[r,e=>r(e).replace(/[\s,.]*\d+[\s,.]*/,``)].find(t=>e.every(e=>A(t(e.date))+4<=n.at(e.end)-n.at(e.start)))??(()=>``)}export{T as a,b as c,g as d,m as f,c as h,C as i,v as l,s as m,N as n,S as o,p,M as r,x as s,A as t,h as u};