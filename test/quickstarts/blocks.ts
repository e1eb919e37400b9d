// A document as it is for whoever follows it: files to write, commands to type, and what then comes out.

export interface Step {
  kind: 'command' | 'file';
  /** Of the file. */
  name: string | null;
  text: string;
  /** What the document shows under a command; JSON is compared as JSON. */
  shown: { language: 'text' | 'json'; text: string } | null;
  /** The command may be repeated until it says so: it reads what a worker does in its own time. */
  isRepeated: boolean;
  line: number;
}

const FENCE = /^```(\w*) ?(.*)\n([\s\S]*?)^```$/gm;

/**
 * ```` ```bash ```` is typed (```` ```bash again ```` as often as needed), ```` ```js name.mjs ```` is a file, and ```` ```text ```` or
 * ```` ```json ```` under a command is what it shows. Other blocks are for reading.
 */
export function stepsOf(markdown: string): Step[] {
  const steps: Step[] = [];
  for (const { index, 1: language, 2: words, 3: text } of markdown.matchAll(FENCE)) {
    const line = markdown.slice(0, index).split('\n').length;
    const last = steps.at(-1);
    const step = { text, shown: null, line, name: null, isRepeated: false };
    if (language === 'bash') steps.push({ ...step, kind: 'command', isRepeated: words === 'again' });
    else if (language === 'text' || language === 'json') {
      if (last?.kind === 'command' && last.shown === null) last.shown = { language, text };
    } else if (words !== '') steps.push({ ...step, kind: 'file', name: words });
  }
  return steps;
}

/** `…` stands for whatever is different each time: in a text any characters of a line, in JSON any value; JSON may show less than there is. */
export function isShown(said: string, shown: NonNullable<Step['shown']>): boolean {
  if (shown.language === 'json') return isLike(parsed(said), JSON.parse(shown.text));
  const pattern = shown.text.trim().split('…').map(escaped).join('.*');
  return new RegExp(`^${pattern}$`).test(said.trim());
}

function isLike(value: unknown, like: unknown): boolean {
  if (like === '…') return value !== undefined;
  if (typeof like !== 'object' || like === null) return value === like;
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(like))
    return false;
  if (Array.isArray(like) && like.length !== (value as unknown[]).length) return false;
  return Object.entries(like).every(([name, part]) => isLike((value as Record<string, unknown>)[name], part));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
