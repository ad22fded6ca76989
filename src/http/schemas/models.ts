import { z } from 'zod';
import { methodNames } from '../../estimation/estimators/names.ts';
import type { LeaderboardEntry } from '../../services/leaderboard.ts';
import type { Model } from '../../storage/models.ts';
import { figure, interval, toWireInterval } from './answers.ts';
import { count, pageOf, timestamp } from './primitives.ts';

export const model = z
  .object({
    model: z.string(),
    mean_score: z.number().meta({ description: 'Mean of the scores that are there.' }),
    scored_items: count,
    source: z.string().meta({ description: 'The format in which it came first.' }),
    created_at: timestamp,
  })
  .meta({ id: 'Model' });

export const modelPage = pageOf(model).meta({ id: 'ModelPage' });

const leaderboardEntry = z
  .object({
    rank: count.nullable().meta({
      description: 'null for a model of the history without a score on every item; such ones come last.',
    }),
    model: z.string(),
    kind: z.enum(['measured', 'estimated']),
    score: z.number(),
    method: z
      .enum(methodNames)
      .nullable()
      .meta({ description: 'The recommended method, whose estimate this is.' }),
    interval: interval.nullable().meta({ description: 'null for measured scores.' }),
    scored_items: count,
    evaluation: z.string().nullable().meta({ description: 'The evaluation an estimate comes from.' }),
    severity: z
      .enum(['critical', 'warn', 'info'])
      .nullable()
      .meta({ description: 'The most severe warning of that evaluation.' }),
  })
  .meta({ id: 'LeaderboardEntry' });

export const leaderboardPage = pageOf(leaderboardEntry).meta({ id: 'Leaderboard' });

export function toWireModel(stored: Model): z.infer<typeof model> {
  return {
    model: stored.model,
    mean_score: figure(stored.meanScore),
    scored_items: stored.scoredItems,
    source: stored.source,
    created_at: stored.createdAt,
  };
}

export function toWireLeaderboardEntry(entry: LeaderboardEntry): z.infer<typeof leaderboardEntry> {
  const { scoredItems, score, interval: bounds, ...shared } = entry;
  return { ...shared, score: figure(score), interval: toWireInterval(bounds), scored_items: scoredItems };
}
