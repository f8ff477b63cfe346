package main

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// region: metrics

// seconds are the boundaries that the conventions recommend, and three
// more: theirs end at 82 seconds, the SDKs' patience at ten minutes.
var seconds = metric.WithExplicitBucketBoundaries(
	0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12,
	10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36)

var tokenCounts = metric.WithExplicitBucketBoundaries(
	1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576,
	4194304, 16777216, 67108864)

// Metrics are a client's instruments, under the names of the conventions.
type Metrics struct {
	duration, first metric.Float64Histogram
	tokens          metric.Int64Histogram
}

func newMetrics(meter metric.Meter) (m Metrics, err error) {
	var errs [3]error
	m.duration, errs[0] = meter.Float64Histogram(
		"gen_ai.client.operation.duration", metric.WithUnit("s"), seconds)
	m.first, errs[1] = meter.Float64Histogram(
		"gen_ai.client.operation.time_to_first_chunk",
		metric.WithUnit("s"), seconds)
	m.tokens, errs[2] = meter.Int64Histogram(
		"gen_ai.client.token.usage", metric.WithUnit("{token}"), tokenCounts)
	return m, errors.Join(errs[:]...)
}

// record writes one call down. error.type is set only when there is one,
// and has few values: never a message, a prompt or a request id.
func (m Metrics) record(ctx context.Context, r Result) {
	who := []attribute.KeyValue{
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.provider.name", "openai"),
		attribute.String("gen_ai.request.model", "model"),
	}
	if r.Model != "" {
		who = append(who, attribute.String("gen_ai.response.model", r.Model))
	}
	if r.First > 0 {
		m.first.Record(ctx, r.First.Seconds(), metric.WithAttributes(who...))
	}
	if r.Output > 0 {
		m.tokens.Record(ctx, r.Output, metric.WithAttributes(
			append(who, attribute.String("gen_ai.token.type", "output"))...))
	}
	if r.Error != "" {
		who = append(who, attribute.String("error.type", r.Error))
	}
	m.duration.Record(ctx, r.Took.Seconds(), metric.WithAttributes(who...))
}

// endregion: metrics
