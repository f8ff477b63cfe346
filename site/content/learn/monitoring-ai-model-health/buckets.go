package main

import (
	"context"
	"fmt"
	"io"

	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// latencies are four calls that no user would call equal.
var latencies = []float64{0.4, 4.9, 90, 500}

// placed records the latencies and returns the upper bounds of their buckets.
func placed(options ...metric.Float64HistogramOption) ([]string, error) {
	ctx := context.Background()
	reader := sdk.NewManualReader()
	provider := sdk.NewMeterProvider(sdk.WithReader(reader))
	defer provider.Shutdown(ctx)
	h, err := provider.Meter("buckets").Float64Histogram("latency", options...)
	if err != nil {
		return nil, err
	}
	var bounds []string
	before := map[int]uint64{}
	for _, s := range latencies {
		h.Record(ctx, s)
		var data metricdata.ResourceMetrics
		if err := reader.Collect(ctx, &data); err != nil {
			return nil, err
		}
		point := data.ScopeMetrics[0].Metrics[0].Data.(metricdata.Histogram[float64]).DataPoints[0]
		for i, n := range point.BucketCounts {
			if n > before[i] {
				before[i] = n
				bounds = append(bounds, bound(point.Bounds, i))
			}
		}
	}
	return bounds, nil
}

func bound(bounds []float64, i int) string {
	if i == len(bounds) {
		return fmt.Sprintf("> %g", bounds[i-1])
	}
	return fmt.Sprintf("<= %g", bounds[i])
}

func printBuckets(w io.Writer) error {
	usual, err := placed()
	if err != nil {
		return err
	}
	ours, err := placed(seconds)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%-12s %-18s %s\n", "seconds", "Go SDK's default", "the boundaries above")
	for i, s := range latencies {
		fmt.Fprintf(w, "%-12g %-18s %s\n", s, usual[i], ours[i])
	}
	return nil
}
