interface Service {
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
}
type Supervised = Pick<Service, 'pid' | 'stop'>;
type Supervise = (
  name: string,
  first: Service,
  again: () => Service,
  tell: (text: string) => void,
) => Supervised;
type EndProcess = (pid: number, steps: unknown[]) => Promise<boolean>;
const { supervise } = jest.requireActual<{ supervise: Supervise }>('./processes.mjs');
const { endProcess } = jest.requireActual<{ endProcess: EndProcess }>('./alive.mjs');

function service(pid: number): Service & { end(how: string): void } {
  let end: (how: string) => void = () => undefined;
  const exited = new Promise<string>((resolve) => (end = resolve));
  return {
    pid,
    exited,
    end,
    async stop() {
      end('signal SIGTERM');
      await exited;
    },
  };
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('supervising a service', () => {
  it('starts it again when it ends by itself, after a pause, and says so', async () => {
    const first = service(1);
    const said: string[] = [];
    const supervised = supervise(
      'worker',
      first,
      () => service(2),
      (text) => said.push(text),
    );
    first.end('exit code 1');
    await until(() => supervised.pid === 2);
    await supervised.stop();
    expect(said).toEqual([
      'worker ended by itself (exit code 1); starting it again in 0.5 s',
      'worker is running again',
    ]);
  });

  it('waits twice as long after every attempt', async () => {
    const said: string[] = [];
    const ended = service(1);
    ended.end('exit code 1');
    const supervised = supervise(
      'worker',
      ended,
      () => ended,
      (text) => said.push(text),
    );
    await until(() => said.filter((text) => text.includes('starting')).length === 3);
    await supervised.stop();
    expect(said.filter((text) => text.includes('starting')).map((text) => text.split(' in ')[1])).toEqual([
      '0.5 s',
      '1 s',
      '2 s',
    ]);
  });

  it('does not start it again when it was told to stop', async () => {
    let starts = 0;
    const first = service(1);
    const count = () => service(++starts);
    await supervise('worker', first, count, () => undefined).stop();
    expect(starts).toBe(0);
  });
});

describe('ending a process', () => {
  it.each([-1, 0, NaN, 1.5])('never signals %p, which would be a group or everybody', async (pid) => {
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => true);
    await endProcess(pid, [['SIGKILL', 0]]);
    expect(kill).not.toHaveBeenCalled();
    kill.mockRestore();
  });
});
