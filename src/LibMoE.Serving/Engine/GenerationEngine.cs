using System.Collections.Concurrent;
using System.Threading.Channels;
using LibMoE.Runtime;

namespace LibMoE.Serving.Engine;

/// <summary>
/// A thread of its own that steps a <see cref="ContinuousBatch"/> while there are texts, and hands tokens to whoever asked for them. A
/// reader that is slow holds nobody up: its tokens wait for it, and are no more than it asked for.
/// </summary>
internal sealed class GenerationEngine : IDisposable
{
    private readonly LanguageModel _model;
    private readonly ContinuousBatch _batch;
    private readonly BlockingCollection<Action> _orders = [];
    private readonly Dictionary<BatchedText, ChannelWriter<DrawnToken>> _readers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly int _most;
    private int _open;

    /// <summary>Starts the thread.</summary>
    /// <param name="model">It must outlive the engine.</param>
    /// <param name="limits">What may run together.</param>
    /// <param name="waiting">How many texts may wait beside those.</param>
    /// <exception cref="ConfigurationException">The model's texts cannot be continued together.</exception>
    public GenerationEngine(LanguageModel model, BatchLimits limits, int waiting)
    {
        (_model, _batch, _most) = (model, new ContinuousBatch(model, limits), limits.Texts + waiting);
        _thread = new Thread(Run) { IsBackground = true, Name = "generation" };
        _thread.Start();
    }

    /// <summary>How many texts run or wait.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Puts a text behind those that wait.</summary>
    /// <param name="text">The text; its cancellation takes it out again.</param>
    /// <returns>Its tokens as they are drawn; the last one says why it is the last.</returns>
    /// <exception cref="ConfigurationException">The text cannot be continued by this model.</exception>
    /// <exception cref="TooManyRequestsException">As many texts as may wait do so.</exception>
    public ChannelReader<DrawnToken> Submit(BatchedText text)
    {
        ConfigurationException.ThrowIfAny(_batch.Problems(text));
        if (Interlocked.Increment(ref _open) > _most)
        {
            Interlocked.Decrement(ref _open);
            throw new TooManyRequestsException(_most);
        }

        var tokens = Channel.CreateUnbounded<DrawnToken>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        Order(() =>
        {
            _readers.Add(text, tokens.Writer);
            _batch.Add(text);
        });
        return tokens.Reader;
    }

    /// <summary>Does something with the model between two steps, on the engine's thread.</summary>
    /// <param name="work">What is done.</param>
    public Task<T> AskAsync<T>(Func<LanguageModel, T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Order(() =>
        {
            try
            {
                done.SetResult(work(_model));
            }
#pragma warning disable CA1031 // Whoever asked gets it.
            catch (Exception failed)
#pragma warning restore CA1031
            {
                done.SetException(failed);
            }
        });
        return done.Task;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_stop.IsCancellationRequested)
        {
            _stop.Cancel();
            _thread.Join();
        }
    }

    private void Order(Action work)
    {
        try
        {
            _orders.Add(work);
        }
        catch (InvalidOperationException)
        {
            throw new OperationCanceledException("The server was stopped.");
        }
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                if (_batch.IsEmpty)
                {
                    _orders.Take(_stop.Token)();
                }

                while (_orders.TryTake(out var order))
                {
                    order();
                }

                _stop.Token.ThrowIfCancellationRequested();
                Step();
            }
        }
        catch (OperationCanceledException)
        {
            _orders.CompleteAdding();
            foreach (var order in _orders.GetConsumingEnumerable())
            {
                order();
            }

            End(new OperationCanceledException("The server was stopped."));
            _batch.Dispose();
        }
    }

    private void Step()
    {
        try
        {
            foreach (var token in _batch.Step())
            {
                Give(token);
            }
        }
#pragma warning disable CA1031 // A pass that fails, for want of memory perhaps, ends the texts in it and not the server.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            End(failed);
        }
    }

    private void Give(DrawnToken token)
    {
        var reader = _readers[token.Text];
        reader.TryWrite(token);
        if (token.End is not null)
        {
            reader.Complete();
            Forget(token.Text);
        }
    }

    private void End(Exception reason)
    {
        foreach (var (text, reader) in _readers.ToList())
        {
            reader.TryComplete(reason);
            Forget(text);
        }
    }

    private void Forget(BatchedText text)
    {
        _readers.Remove(text);
        Interlocked.Decrement(ref _open);
    }
}
