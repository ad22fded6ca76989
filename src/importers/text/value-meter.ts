import { TokenType } from '@streamparser/json';

/** What a value costs beside its texts: an object of small numbers is larger than they look. */
const bytesPerToken = 16;

interface Container {
  readonly isArray: boolean;
  /** Of the member that is being read. */
  key: string | null;
}

/** A token, as a tokenizer tells it. */
interface Token {
  readonly token: TokenType;
  readonly value: unknown;
}

/**
 * Follows the tokens of a document, and measures the values at some paths: what is passed over costs nothing, what is kept
 * must stay small.
 * @param paths like `$.samples.*.scores`
 * @param onTooLarge called when a value at one of them grows beyond `maxBytes`
 */
export function createValueMeter(
  paths: readonly string[],
  maxBytes: number,
  onTooLarge: () => never,
): (token: Token) => void {
  const wanted = paths.map((path) => path.split('.').slice(1));
  const stack: Container[] = [];
  let lastText = '';
  /** How deep the wanted value begins that is being read; 0 = none is. */
  let inside = 0;
  let size = 0;

  const isWanted = () =>
    wanted.some(
      (keys) =>
        keys.length === stack.length && keys.every((key, depth) => key === '*' || key === stack[depth].key),
    );

  return ({ token, value }) => {
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) {
      const begins = inside === 0 && isWanted();
      stack.push({ isArray: token === TokenType.LEFT_BRACKET, key: null });
      if (begins) inside = stack.length;
    } else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) {
      if (stack.length === inside) {
        inside = 0;
        size = 0;
      }
      stack.pop();
    } else if (token === TokenType.COLON) {
      stack[stack.length - 1].key = lastText;
    } else if (token === TokenType.STRING) {
      lastText = value as string;
    }
    if (inside === 0) return;
    size += bytesPerToken + (token === TokenType.STRING ? (value as string).length : 0);
    if (size > maxBytes) onTooLarge();
  };
}
