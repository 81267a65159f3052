using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace LibMoE.Runtime.Hosting;

/// <summary>The hosted service that runs the verb, turns what it throws into an exit code and one line, and stops the host.</summary>
internal sealed class VerbService(Verb verb, IServiceProvider services, IHostApplicationLifetime lifetime, TextWriter error)
    : BackgroundService
{
    /// <summary>How the verb ended; stopped, where the host stopped before it began.</summary>
    public int Result { get; private set; } = ExitCode.Stopped;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Numbers are written the same on every machine.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        // Set at the signal itself; the host's own token follows a moment later.
        var stop = lifetime.ApplicationStopping;
        try
        {
            Result = await verb.RunAsync(services, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await error.WriteLineAsync("Stopped; everything finished is saved.").ConfigureAwait(false);
            Result = ExitCode.Stopped;
        }
        catch (ConfigurationException wrong)
        {
            foreach (var problem in wrong.Problems)
            {
                await error.WriteLineAsync($"error: {Problem.ForUser(problem, verb)}").ConfigureAwait(false);
            }

            Result = ExitCode.Usage;
        }
        catch (RankFailureException failure)
        {
            await error.WriteLineAsync($"error: {failure.Message}").ConfigureAwait(false);
            Result = ExitCode.RankFailure;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or StorageException or TrainingFailedException
            or EvaluationDataException or MissingDataException or DownloadException or InvalidDataException or ImageFileException
            or UnregisteredPartException)
        {
            await error.WriteLineAsync($"error: {failure.Message}").ConfigureAwait(false);
            Result = ExitCode.Failed;
        }
#pragma warning disable CA1031 // The last resort: a bug is reported with its stack and an exit code, not by a crash of the host.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            await error.WriteLineAsync($"error: {bug}").ConfigureAwait(false);
            Result = ExitCode.Failed;
        }
        finally
        {
            lifetime.StopApplication();
        }
    }
}
