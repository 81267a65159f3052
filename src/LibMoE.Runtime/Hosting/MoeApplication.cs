using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Kernels.Matmul.Choosing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LibMoE.Runtime;

/// <summary>
/// A program that trains and compares mixture-of-experts layers: a generic host that runs one verb of the command line and ends.
/// </summary>
/// <example>
/// <code>
/// var builder = MoeApplication.CreateBuilder(args);
/// builder.Services.AddMoeVariants();
/// await builder.Build().RunAsync();
/// </code>
/// </example>
public sealed class MoeApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly CommandLine _command;
    private readonly TextWriter _output;
    private readonly TextWriter _error;

    internal MoeApplication(IHost host, CommandLine command, TextWriter output, TextWriter error) =>
        (_host, _command, _output, _error) = (host, command, output, error);

    /// <inheritdoc />
    public IServiceProvider Services => _host.Services;

    /// <summary>Starts a program: configuration from appsettings.json, <c>LIBMOE_…</c> in the environment, and the command line.</summary>
    public static MoeApplicationBuilder CreateBuilder(string[] args)
    {
        // Here and not in RunAsync: between the two a program may load a model, and with it libtorch.
        NativeThreads.SleepWhileWaiting();
        return new MoeApplicationBuilder(args, Console.Out, Console.Error);
    }

    /// <summary>Runs the verb that the command line names and sets the process' exit code.</summary>
    /// <param name="stop">Ends the work as SIGINT does.</param>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(CancellationToken stop = default)
    {
        NativeHeap.KeepFreedMemory();
        var exitCode = await RunVerbAsync(stop).ConfigureAwait(false);
        if (exitCode == ExitCode.RankFailure)
        {
            // What carries the calls may wait in threads of its own for a rank that does not come.
            await _error.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            Environment.Exit(exitCode);
        }

        return Environment.ExitCode = exitCode;
    }

    /// <summary><see cref="RunAsync"/> without touching the process.</summary>
    internal async Task<int> RunVerbAsync(CancellationToken stop)
    {
        await using (this)
        {
            if (_command.Print is { } print)
            {
                print(_output);
                return ExitCode.Done;
            }

            var problems = _command.Verb is null
                ? _command.Problems
                : [.. _command.Problems, .. SettingsSection.All.SelectMany(section => section.Problems(Services)),
                    .. _command.Verb.Problems(Services)];
            if (problems.Count > 0)
            {
                return Refuse(problems.Distinct());
            }

            if (_command.Verb is not null && (TorchBackend.Problem ?? ProductTable.Problem) is { } missing)
            {
                return Refuse([missing]);
            }

            try
            {
                // The host would log what its own validation finds; here it is one line for each problem.
                Services.GetService<IStartupValidator>()?.Validate();
            }
            catch (OptionsValidationException invalid)
            {
                return Refuse(invalid.Failures);
            }
            catch (AggregateException several)
            {
                return Refuse(several.InnerExceptions.OfType<OptionsValidationException>().SelectMany(invalid => invalid.Failures));
            }

            var verb = Services.GetRequiredService<VerbService>();
            var lifetime = Services.GetRequiredService<IHostApplicationLifetime>();
            using var signals = new StopSignals(lifetime.StopApplication, Services.GetRequiredService<Interruption>());
            using var stopping = stop.Register(lifetime.StopApplication);
            try
            {
                await _host.RunAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Stopped while the host was starting: the verb has not begun.
            }

            return verb.Result;
        }
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _host.Dispose();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            _host.Dispose();
        }
    }

    private int Refuse(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
        {
            _error.WriteLine($"error: {Problem.ForUser(problem, _command.Verb)}");
        }

        return ExitCode.Usage;
    }
}
