import { parseArgs } from 'node:util';
import { formatTable } from '../../engine/cli/table.ts';
import { createGateway } from '../../engine/gateway/gateway.ts';
import { HandDrivenEngine } from '../../engine/gateway/testing/hand-driven-engine.ts';
import { distFile } from '../../engine/platform/dist.ts';
import { findChromium, launchBrowser, openPage } from '../../test/support/browser.ts';
import { TopicState } from '../../workers/topic-frames.ts';
import { describeMachine, machineLines } from '../support/machine.ts';
import { UndoStack } from '../support/undo-stack.ts';
import { MovingDealers } from './moving-dealers.ts';
import { type PageFigures, PageMeter } from './page-meter.ts';
import { refuseShownRows } from './shown-rows.ts';

const HELP = `Usage: npm run bench:page -- [--seconds N] [--dealers N] [--updates N]

How smooth is the leaderboard, and does its memory stay flat? A real gateway sends every row anew (500
dealers, 10 times a second, 14 metrics each) to the page in Chromium with software rendering, 1280 x 900.

  --seconds N   how long (60); figures are printed each minute
  --dealers N   500
  --updates N   a second (10)

The exit code is 1 when what the page shows at the end is not what was sent, 2 when the arguments are not
understood. A target that is missed is told, and fails nothing.
`;
const TOPIC = 'ALL';
const WINDOW_SECONDS_MAX = 60;
/** Scripts are compiled and the first rows are drawn before anything is measured. */
const WARM_SECONDS = 3;
const FRAMES_PER_SECOND_MIN = 55;
/** Between the end of the first window and that of the last. */
const HEAP_GROWTH_MAX = 0.1;

const say = (text: string): void => void process.stdout.write(text);

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) {
    process.stderr.write(HELP);
    return 2;
  }
  if (options.help) {
    say(HELP);
    return 0;
  }
  const chromium = findChromium();
  if (chromium === null) {
    process.stderr.write('bench:page: there is no Chromium on the PATH (FIRSTCALL_CHROMIUM)\n');
    return 1;
  }
  for (const line of machineLines(describeMachine())) say(`${line}\n`);
  const undos = new UndoStack();
  try {
    return (await measure(chromium, options, undos)) ? 0 : 1;
  } finally {
    await undos.run();
  }
}

interface Options {
  readonly help: boolean;
  readonly seconds: number;
  readonly dealers: number;
  readonly updates: number;
}

function readOptions(args: string[]): Options | null {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args,
      options: { seconds: text, dealers: text, updates: text, help: { type: 'boolean' } },
    });
    const { help = false, seconds = '60', dealers = '500', updates = '10' } = values;
    const numbers = [seconds, dealers, updates].map(Number);
    if (!numbers.every((number) => Number.isInteger(number) && number >= 1)) return null;
    return { help, seconds: numbers[0]!, dealers: numbers[1]!, updates: numbers[2]! };
  } catch {
    return null;
  }
}

/** Returns whether the page showed what was sent. */
async function measure(chromium: string, options: Options, undos: UndoStack): Promise<boolean> {
  const engine = new HandDrivenEngine();
  const gateway = await createGateway(engine, {
    host: '127.0.0.1',
    port: 0,
    library: 'auto',
    webDir: distFile('web'),
  });
  undos.add(() => gateway.close());
  engine.gateway = gateway;
  const dealers = new MovingDealers(options.dealers);
  const stop = keepMoving(engine, dealers, options.updates);
  undos.add(async () => stop());
  const browser = await launchBrowser(chromium);
  undos.add(() => browser.close());
  const { page, errors } = await openPage(browser);
  await page.goto(`http://127.0.0.1:${gateway.port}/#${TOPIC}`);
  await page.locator('.dealer').first().waitFor();
  await page.waitForTimeout(1000 * WARM_SECONDS);
  const figures = await watch(await PageMeter.of(page), options.seconds);
  stop();
  sayTargets(figures);
  const refusal = await refuseShownRows(page, dealers.rows);
  say(`rows shown at the end are those sent: ${refusal ?? 'yes'}\n`);
  for (const error of errors) say(`error in the page: ${error}\n`);
  return refusal === null && errors.length === 0;
}

/** Frames are made as the ranking thread makes them, from when the page subscribes. */
function keepMoving(engine: HandDrivenEngine, dealers: MovingDealers, perSecond: number) {
  const state = new TopicState(TOPIC);
  const { modelHash } = engine;
  const position = { partitions: [1], all: 1, tiers: 0 };
  const timer = setInterval(() => {
    if (!engine.watched.includes(TOPIC)) return;
    engine.asOf += 1e6 / perSecond;
    const frames = state.next(dealers.step(), { asOf: engine.asOf, position, modelHash });
    if (frames !== null) engine.gateway?.publish(frames);
  }, 1000 / perSecond);
  return () => clearInterval(timer);
}

async function watch(meter: PageMeter, seconds: number): Promise<PageFigures[]> {
  const figures: PageFigures[] = [];
  const { heapBytes, nodes } = await meter.memory();
  say(`at the start: ${(heapBytes / 1e6).toFixed(1)} MB of JavaScript heap, ${nodes} nodes\n`);
  for (let left = seconds; left > 0; left -= WINDOW_SECONDS_MAX) {
    figures.push(await meter.watch(Math.min(left, WINDOW_SECONDS_MAX)));
    process.stderr.write(`${seconds - Math.max(0, left - WINDOW_SECONDS_MAX)} s\n`);
  }
  const column = (title: string, text: (each: PageFigures) => string) =>
    ({ title, align: 'right', text }) as const;
  say(
    formatTable(
      [
        column('s', ({ seconds }) => seconds.toFixed(0)),
        column('frames/s', ({ framesPerSecond }) => framesPerSecond.toFixed(1)),
        column('p5', ({ framesPerSecondP5 }) => framesPerSecondP5.toFixed(1)),
        column('script ms/s', ({ scriptMs }) => scriptMs.toFixed(1)),
        column('layout ms/s', ({ layoutMs }) => layoutMs.toFixed(1)),
        column('style ms/s', ({ styleMs }) => styleMs.toFixed(1)),
        column('all tasks ms/s', ({ taskMs }) => taskMs.toFixed(1)),
        column('heap MB', ({ heapBytes }) => (heapBytes / 1e6).toFixed(1)),
        column('nodes', (each) => String(each.nodes)),
      ],
      figures,
    ),
  );
  return figures;
}

function sayTargets(figures: readonly PageFigures[]): void {
  const seconds = figures.reduce((sum, each) => sum + each.seconds, 0);
  const frames = figures.reduce((sum, each) => sum + each.seconds * each.framesPerSecond, 0);
  const rate = frames / seconds;
  const judge = (isMet: boolean) => (isMet ? 'met' : 'missed');
  say(
    `${judge(rate >= FRAMES_PER_SECOND_MIN)}: ${rate.toFixed(1)} frames/s, at least ${FRAMES_PER_SECOND_MIN}\n`,
  );
  const growth = figures.at(-1)!.heapBytes / figures[0]!.heapBytes - 1;
  if (figures.length > 1) {
    const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
    say(
      `${judge(growth <= HEAP_GROWTH_MAX)}: heap ${percent(growth)} larger than after the first minute, at most ${percent(HEAP_GROWTH_MAX)}\n`,
    );
  }
}
