import { createInterface } from 'node:readline';
import type { SpawnedService } from './spawn-service.ts';

/** Of the environment of a service whose live memory is to be read: it listens to a debugger, on loopback. */
export const inspectable = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** Megabytes that a process holds right after its garbage was collected. */
export interface LiveMemory {
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
}

/** Reads the live memory of a service, as often as asked: collected by force, as a debugger can. */
export async function openLiveMemory({ process }: SpawnedService): Promise<() => Promise<LiveMemory>> {
  const address = await debuggerAddress(process.stderr!);
  return async () => {
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error('the service does not listen to its debugger'));
    });
    try {
      await ask(socket, 1, 'HeapProfiler.collectGarbage', {});
      const expression = 'JSON.stringify(process.memoryUsage())';
      const { result } = await ask(socket, 2, 'Runtime.evaluate', { expression });
      const { rss, heapUsed, external } = JSON.parse(result.value);
      return { rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20, external: external / 2 ** 20 };
    } finally {
      socket.close();
    }
  };
}

async function debuggerAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stderr })) {
    const [address] = /ws:\/\/\S+/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('the service has no debugger');
}

// biome-ignore lint/suspicious/noExplicitAny: what the protocol answers
function ask(socket: WebSocket, id: number, method: string, params: object): Promise<any> {
  return new Promise((resolve, reject) => {
    const hear = ({ data }: MessageEvent) => {
      const answer = JSON.parse(data);
      if (answer.id !== id) return;
      socket.removeEventListener('message', hear);
      if (answer.error === undefined) resolve(answer.result);
      else reject(new Error(answer.error.message));
    };
    socket.addEventListener('message', hear);
    socket.send(JSON.stringify({ id, method, params }));
  });
}
