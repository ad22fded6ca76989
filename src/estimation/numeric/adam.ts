/** A vector of parameters that follows its gradient downhill. */
export interface Adam {
  /** One step; `gradient` is of the loss alone.   O(length) */
  step(gradient: Float64Array): void;
}

export interface AdamOptions {
  readonly rate: number;
  /** Adds weightDecay x parameter to the gradient, that is, weightDecay / 2 x |parameters|^2 to the loss. */
  readonly weightDecay: number;
}

const meanMemory = 0.9;
const squareMemory = 0.999;
const smallest = 1e-8;

/** Kingma and Ba 2015, with its own constants. @param parameters changed in place by every step */
export function createAdam(parameters: Float64Array, { rate, weightDecay }: AdamOptions): Adam {
  const means = new Float64Array(parameters.length);
  const squares = new Float64Array(parameters.length);
  let meanBias = 1;
  let squareBias = 1;
  return {
    step(gradient) {
      meanBias *= meanMemory;
      squareBias *= squareMemory;
      const scale = rate / (1 - meanBias);
      const squareScale = 1 / (1 - squareBias);
      for (let i = 0; i < parameters.length; i++) {
        const slope = gradient[i] + weightDecay * parameters[i];
        means[i] = meanMemory * means[i] + (1 - meanMemory) * slope;
        squares[i] = squareMemory * squares[i] + (1 - squareMemory) * slope * slope;
        parameters[i] -= (scale * means[i]) / (Math.sqrt(squares[i] * squareScale) + smallest);
      }
    },
  };
}
