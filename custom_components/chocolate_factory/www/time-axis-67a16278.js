import{d as e,f as t,i as n,l as r,n as i,r as a,u as o}from"./lit-64fd5920.js";import{l as s}from"./factory-card-7e8b3929.js";var c=36e5;function l(e,t,n){let r=[];for(let i=e;i<t;i+=c){let{date:e,hour:a}=s(i,n),o=Math.min(i+c,t),l=r.at(-1);l?.date===e?(l.end=o,l.hours.push({at:i,hour:a})):r.push({date:e,start:i,end:o,hours:[{at:i,hour:a}]})}return r}var u=[1,2,3,4,6,12],d=(e,t)=>u.find(n=>n*e>=t)??0;function f(e,t){let n=0,r=e.length-1;for(;n<r;){let i=n+r+1>>1;(e[i]?.start??0)<=t?n=i:r=i-1}return r<0?-1:n}var p=864e5,m=class{#e;#t;#n;#r;#i;#a;constructor(e){this.host=e,this.#e=[],this.#n=0,this.#i=!1,this.pointer=e=>{if(!(e.currentTarget instanceof Element)||!this.#t)return;let t=e.pointerType===`mouse`;if(e.type===`pointerleave`||e.type===`pointercancel`){(t||e.type===`pointercancel`)&&this.clear();return}this.#a=e.currentTarget;let n=e.clientX-e.currentTarget.getBoundingClientRect().left;this.#i=!t,this.show(this.#e[f(this.#e,this.#t.value(n))]?.start)},this.#o=e=>{this.#a&&e.composedPath().includes(this.#a)||this.clear()},this.#s=e=>{e.target instanceof HTMLInputElement&&(this.#i=!1,this.show(this.#e[e.target.valueAsNumber]?.start))},this.#c=()=>{this.show(this.#e[Math.max(0,f(this.#e,this.#n))]?.start)},this.#l=e=>{e.key===`Escape`&&this.clear();let t={PageUp:1,PageDown:-1}[e.key];if(!t)return;e.preventDefault();let n=(this.#r??this.#n)+t*p;this.show(this.#e[f(this.#e,n)]?.start)},e.addController(this)}hostDisconnected(){this.clear()}follow(e,t,n){this.#e=e,this.#t=t,this.#n=n}get index(){if(this.#r!==void 0&&this.#e.length)return f(this.#e,this.#r)}show(e){e!==this.#r&&(this.#r===void 0&&document.addEventListener(`pointerdown`,this.#o),e===void 0&&document.removeEventListener(`pointerdown`,this.#o),this.#r=e,this.host.requestUpdate(`crosshair`,this))}clear(){this.#i=!1,this.show(void 0)}control(e,t){let i=this.index??Math.max(0,f(this.#e,this.#n));return o`<input
        class="crosshair"
        type="range"
        min="0"
        max=${Math.max(0,this.#e.length-1)}
        step="1"
        aria-label=${e}
        aria-valuetext=${this.#e.length?t(i):r}
        .value=${n(String(i))}
        @input=${this.#s}
        @keydown=${this.#l}
        @focus=${this.#c}
        @blur=${()=>this.clear()}
      />
      <span class="visually-hidden" role="status"
        >${this.#i&&this.index!==void 0?t(this.index):r}</span
      >`}#o;#s;#c;#l};function h(e){let{crosshair:t,inputs:n,draw:i,mark:s=r,tip:c=r,tell:l,label:u,unknown:d}=e,{more:f=r}=e,{pointer:p}=t;return o`<div
    class="chart"
    @pointermove=${p}
    @pointerdown=${p}
    @pointerleave=${p}
    @pointercancel=${p}
  >
    <svg aria-hidden="true">${a(n,i)} ${s}</svg>
    ${c}
    ${l?t.control(u,l):o`<p class="nothing" role="status"><span>${d}</span></p>`}
    ${f}
  </div>`}var g=class{#e;#t;constructor(e,t){this.host=e,this.selector=t,this.width=0,this.height=0,this.#t=new ResizeObserver(([e])=>{if(!e)return;let{width:t,height:n}=e.contentRect;!t||t===this.width&&n===this.height||(this.width=t,this.height=n,this.host.requestUpdate(`size`,this))}),e.addController(this)}hostUpdated(){let e=this.host.renderRoot.querySelector(this.selector)??void 0;e!==this.#e&&(this.#t.disconnect(),this.#e=e,e&&this.#t.observe(e))}hostDisconnected(){this.#t.disconnect(),this.#e=void 0}hostConnected(){this.host.hasUpdated&&this.host.requestUpdate()}},_=t`
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
`,v=(e,t,n,i=r)=>o`<div class=${e}>
  <dt>${t}</dt>
  <dd class="value">${n}</dd>
  <dd class="more">${i}</dd>
</div>`,y=12;function b(e,t,n){let r={"--left":e<t/2?`${e+y}px`:`auto`,"--right":e<t/2?`auto`:`${t-e+y}px`,"--part":String(e/t)};return o`<div class="tip" aria-hidden="true" style=${i(r)}>${n}</div>`}var x=e=>Math.round(e*10)/10;function S(e,t,n,r,i=null){let a=``,o=e[0]?.start,s=i;for(let i of e){let e=t(i);if(e!==null){let t=x(r.at(e));s===null||i.start!==o?a+=`M${x(n.at(i.start))} ${t}`:a?e!==s&&(a+=`V${t}`):a+=`M${x(n.at(i.start))} ${x(r.at(s))}V${t}`,a+=`H${x(n.at(i.end))}`}s=e,o=i.end}return a}function C(e,t,n,r){let i=``,a=``,o;for(let s of e){let e=t(s);if(a&&(!e||s.start!==o)&&(i+=`${a}Z`,a=``),!e)continue;let[c,l]=[x(n.at(s.start)),x(n.at(s.end))],[u,d]=[x(r.at(e[0])),x(r.at(e[1]))];i+=a?`V${d}H${l}`:`M${c} ${d}H${l}`,a=`L${l} ${u}H${c}${a}`,o=s.end}return a?`${i}${a}Z`:i}function w(e,t,n){let r=``,i=!1;for(let[a,o]of e)o!==null&&(r+=`${i?`L`:`M`}${x(t.at(a))} ${x(n.at(o))}`),i=o!==null;return r}var T=class{constructor(e,t,n,r){this.from=e,this.to=t,this.start=n,this.end=r}at(e){return this.start+(e-this.from)*this.perUnit}value(e){return this.perUnit?this.from+(e-this.start)/this.perUnit:this.from}get perUnit(){return this.to===this.from?0:(this.end-this.start)/(this.to-this.from)}},E=[1,2,2.5,5,10];function D(e,t,n){let r=(t-e||Math.abs(t)||1)/Math.max(1,n),i=10**Math.floor(Math.log10(r)),a=(E.find(e=>e*i>=r*.999)??10)*i,o=Math.floor(e/a+1e-6),s=Math.max(Math.ceil(t/a-1e-6),o+1),c=O(a),l=Array.from({length:s-o+1},(e,t)=>Number(((o+t)*a).toFixed(c))||0);return{from:l[0]??e,to:l.at(-1)??t,ticks:l,digits:c}}function O(e){let t=0;for(;t<6&&Math.abs(Number(e.toFixed(t))-e)>e*.001;)t++;return t}var k=16,A=6.6,j=12*c,M=e=>e.length*A;function N({days:e,x:t,format:n}){let r=Math.max(0,...(e[0]?.hours??[]).map(({at:e})=>M(n.hour(e))+14));return d(t.perUnit*c,r)}var P=e=>(N(e)?32:k)+4;function F(t,n,i){let{days:a,x:o,format:s,today:c}=t,l=N(t),u=i+k-2,d=l?a.flatMap(e=>e.hours):[],f=a.filter(I),p=L(f,s,o);return e`
    ${a.map(({start:t},a)=>{let s=Math.round(o.at(t));return a?e`<line class="midnight" x1=${s} x2=${s} y1=${n} y2=${i+(l?32:k)} />`:r})}
    ${d.map(({at:t,hour:n})=>n&&n%l===0?e`<text x=${o.at(t)} y=${u} text-anchor="middle">${s.hour(t)}</text>`:r)}
    ${f.map(t=>e`<text
          class=${t.date===c?`today`:r}
          x=${(o.at(t.start)+o.at(t.end))/2}
          y=${l?u+k:u}
          text-anchor="middle"
        >${p(t.date)}</text>`)}
  `}var I=e=>e.end-e.start>j;function L(e,t,n){let r=e=>t.day(e);return[r,e=>r(e).replace(/[\s,.]*\d+[\s,.]*/,``)].find(t=>e.every(e=>M(t(e.date))+4<=n.at(e.end)-n.at(e.start)))??(()=>``)}export{D as a,S as c,v as d,g as f,l as g,c as h,T as i,b as l,m,F as n,w as o,h as p,P as r,C as s,M as t,_ as u};