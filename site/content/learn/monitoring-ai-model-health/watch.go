package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

const (
	checks = 10 // of each spell, one a minute
	rest   = 10 * time.Minute
	right  = "The capital of France is Paris."
	wrong  = "The capital of France is Lyon."
)

// A Spell is a time in which the provider is ill in one way, between times in
// which it is well.
type Spell struct {
	Name  string
	Plan  fault.Plan
	Wrong float64 // the share of answers that are wrong
}

var spells = []Spell{
	{"all is well", fault.OK(), 0},
	{"chat answers 503", fault.Status(503), 0},
	{"quota used up, 429", fault.QuotaExhausted(), 0},
	{"first token 6 s late", fault.SlowFirstToken(6 * time.Second), 0},
	{"streams stall", fault.Stall(3), 0},
	{"answers cut short", fault.Truncated(3), 0},
	{"answers wrong", fault.OK(), 1},
	{"one in six wrong", fault.OK(), 0.16},
}

// A Sighting is what was seen of a spell.
type Sighting struct {
	Models  int            // shallow checks that were green
	Good    int            // canaries that were
	Errors  map[string]int // canaries by error.type, as exported
	First   float64        // mean time to the first chunk, as exported
	PagedAt time.Duration  // since the spell began; 0: not
}

// region: page

// page says whether somebody is to be woken: three of the last five
// canaries were bad. One may be chance; five in a row would be five
// minutes lost.
func page(last []Result) bool {
	bad := 0
	for _, r := range last[max(0, len(last)-5):] {
		if r.Bad() {
			bad++
		}
	}
	return bad >= 3
}

// endregion: page

// watch lives through the spells with both checks.
func watch() (sightings []Sighting, err error) {
	err = virtual.Run(func(env *virtual.Env) error {
		spell := func(at time.Duration) (Spell, bool) {
			n, in := at/(2*rest), at%(2*rest)
			return spells[min(int(n), len(spells)-1)], in < rest
		}
		var phases []fault.Phase
		for _, s := range spells {
			phases = append(phases, fault.Phase{For: rest, Plan: s.Plan}, fault.Phase{For: rest})
		}
		p := env.Start(fault.Config{
			Name: "provider", Seed: 1, Plan: fault.Schedule(phases...),
			FirstToken: fault.LogNormal(400*time.Millisecond, 0.3), PerToken: fault.Fixed(20 * time.Millisecond),
			Reply: func(c fault.Call) fault.Reply {
				if s, ill := spell(c.At); ill && c.Draw("wrong") < s.Wrong {
					return fault.Reply{Text: wrong}
				}
				return fault.Reply{Text: right}
			},
		})
		client := openai.NewClient(option.WithBaseURL(p.URL+"/v1"), option.WithAPIKey("any"),
			option.WithHTTPClient(env.Client), option.WithMaxRetries(0))

		// In production the reader is a PeriodicReader with an OTLP exporter.
		reader := sdk.NewManualReader(sdk.WithTemporalitySelector(
			func(sdk.InstrumentKind) metricdata.Temporality { return metricdata.DeltaTemporality }))
		provider := sdk.NewMeterProvider(sdk.WithReader(reader))
		defer provider.Shutdown(env.Context)
		metrics, err := newMetrics(provider.Meter("canary"))
		if err != nil {
			return err
		}

		for n := range spells {
			var seen Sighting
			var last []Result
			begin := env.Elapsed()
			for i := range checks {
				time.Sleep(begin + time.Duration(i)*time.Minute - env.Elapsed())
				if _, err := client.Models.List(env.Context); err == nil {
					seen.Models++
				}
				question := fmt.Sprintf("Check %d of %d: what is the capital of France?", i, n)
				r := canary(env.Context, client, question, "Paris")
				metrics.record(env.Context, r)
				if !r.Bad() {
					seen.Good++
				}
				if last = append(last, r); seen.PagedAt == 0 && page(last) {
					seen.PagedAt = env.Elapsed() - begin
				}
			}
			if err := seen.export(env.Context, reader); err != nil {
				return err
			}
			sightings = append(sightings, seen)
			time.Sleep(begin + 2*rest - env.Elapsed())
		}
		return nil
	})
	return sightings, err
}

// export collects what the instruments hold, as an exporter does.
func (s *Sighting) export(ctx context.Context, reader sdk.Reader) error {
	var data metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &data); err != nil {
		return err
	}
	s.Errors = map[string]int{}
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			h, ok := m.Data.(metricdata.Histogram[float64])
			if !ok {
				continue
			}
			for _, point := range h.DataPoints {
				class, failed := point.Attributes.Value("error.type")
				switch {
				case m.Name == "gen_ai.client.operation.time_to_first_chunk":
					s.First = point.Sum / float64(point.Count)
				case failed:
					s.Errors[class.AsString()] += int(point.Count)
				}
			}
		}
	}
	return nil
}

func printWatch(w io.Writer) error {
	sightings, err := watch()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%-20s %-7s  %-6s  %-12s  %5s  %5s\n", "", "/models", "canary",
		"error.type", "first", "page")
	for i, s := range sightings {
		first, paged := "-", "-"
		if s.First > 0 {
			first = fmt.Sprintf("%.1f s", s.First)
		}
		if s.PagedAt > 0 {
			paged = fmt.Sprintf("%d:%02d", int(s.PagedAt.Minutes()), int(s.PagedAt.Seconds())%60)
		}
		fmt.Fprintf(w, "%-20s %4d/%d  %3d/%d  %-12s  %5s  %5s\n", spells[i].Name, s.Models, checks,
			s.Good, checks, s.errors(), first, paged)
	}
	return nil
}

func (s Sighting) errors() string {
	var names []string
	for name := range s.Errors {
		names = append(names, name)
	}
	if len(names) == 0 {
		return "-"
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
