package virtual_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anthropics/anthropic-sdk-go/v2"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/v2/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"

	"aiperformanceoptimization.com/plansync/tools/faultprovider/fault"
	"aiperformanceoptimization.com/plansync/tools/faultprovider/virtual"
)

func TestTimeIsVirtualAndExact(t *testing.T) {
	begin := time.Now()
	err := virtual.Run(func(env *virtual.Env) error {
		time.Sleep(1000 * time.Hour)
		if env.Elapsed() != 1000*time.Hour {
			t.Errorf("elapsed %v", env.Elapsed())
		}
		return nil
	})
	if err != nil || time.Since(begin) > 100*time.Hour {
		t.Error(err, time.Since(begin))
	}
}

func TestRunReturnsErrorsAndPanics(t *testing.T) {
	want := errors.New("wrong")
	if err := virtual.Run(func(*virtual.Env) error { return want }); err != want {
		t.Errorf("got %v", err)
	}
	defer func() {
		if p, ok := recover().(string); !ok || !strings.HasPrefix(p, "boom") || !strings.Contains(p, "virtual_test.go") {
			t.Errorf("recovered %v", p)
		}
	}()
	virtual.Run(func(*virtual.Env) error { panic("boom") })
}

func get(env *virtual.Env, url string) error {
	res, err := env.Client.Get(url)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

func TestKillAndRevive(t *testing.T) {
	err := virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{Name: "p"})
		list := p.URL + "/v1/models"
		if err := get(env, list); err != nil {
			return err
		}
		p.Kill()
		if err := get(env, list); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("killed: %v", err)
		}
		p.Revive()
		if err := get(env, list); err != nil {
			t.Errorf("revived: %v", err)
		}
		var dns *net.DNSError
		if err := get(env, "http://nowhere/v1/models"); !errors.As(err, &dns) || !dns.IsNotFound {
			t.Errorf("nowhere: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The SDKs wait as the provider tells them, to the millisecond.
func TestSDKRetriesInVirtualTime(t *testing.T) {
	busy := fault.RateLimited(1700 * time.Millisecond).Millis()
	err := virtual.Run(func(env *virtual.Env) error {
		p := env.Start(fault.Config{Plan: fault.Attempts(busy, busy)})
		oc := openai.NewClient(openaioption.WithBaseURL(p.URL+"/v1"), openaioption.WithAPIKey("k"), openaioption.WithHTTPClient(env.Client))
		_, err := oc.Chat.Completions.New(env.Context, openai.ChatCompletionNewParams{Model: "m",
			Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("hi")}})
		if err != nil || env.Elapsed() != 3400*time.Millisecond || p.Stats().Calls != 3 {
			t.Errorf("openai-go: %v after %v, %d calls", err, env.Elapsed(), p.Stats().Calls)
		}
		ac := anthropic.NewClient(anthropicoption.WithBaseURL(p.URL), anthropicoption.WithAPIKey("k"), anthropicoption.WithHTTPClient(env.Client))
		_, err = ac.Messages.New(env.Context, anthropic.MessageNewParams{Model: "m", MaxTokens: 9,
			Messages: []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("hi"))}})
		if err != nil || env.Elapsed() != 6800*time.Millisecond || p.Stats().Calls != 6 {
			t.Errorf("anthropic-sdk-go: %v after %v, %d calls", err, env.Elapsed(), p.Stats().Calls)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A hedged request: the loser is cancelled and counted, at once and every time.
func TestAbandonedCallsAreCountedAtOnce(t *testing.T) {
	for range 50 {
		err := virtual.Run(func(env *virtual.Env) error {
			p := env.Start(fault.Config{FirstToken: fault.Fixed(time.Hour)})
			ctx, cancel := context.WithTimeout(env.Context, time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, "POST", p.URL+"/v1/chat/completions",
				strings.NewReader(`{"model":"m","messages":[{"role":"user","content":"hi"}]}`))
			if err != nil {
				return err
			}
			req.Header.Set("Authorization", "Bearer k")
			if _, err := env.Client.Do(req); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			if s := p.Stats(); s.Abandoned != 1 || s.InputTokens != 1 || s.InFlight != 0 {
				t.Errorf("%+v", s)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestInABubbleOfOnesOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env := virtual.New()
		defer env.Close()
		p := env.Start(fault.Config{Plan: fault.Slow(time.Minute), ModelsPlan: fault.Slow(time.Minute)})
		client := &http.Client{Transport: env.Transport()}
		res, err := client.Get(p.URL + "/v1/models")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if env.Elapsed() != time.Minute || res.StatusCode != 200 {
			t.Errorf("%d after %v", res.StatusCode, env.Elapsed())
		}
	})
}
