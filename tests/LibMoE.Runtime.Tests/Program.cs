using System.Globalization;
using LibMoE.Runtime.Tests.Training;
using LibMoE.Runtime.Tests.Training.Resuming;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Tests;

/// <summary>
/// The test assembly as a program of its own, for tests that kill one: <c>save FOLDER N</c> writes small checkpoints, <c>peak HOW</c>
/// measures memory, anything else is the command line of an application with the variants of <see cref="ResumeRuns"/>.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["save", var folder, var count])
        {
            return Save(folder, int.Parse(count, CultureInfo.InvariantCulture));
        }

        if (args is ["peak", var how])
        {
            Console.WriteLine(PeakOfBackward.Measure(how));
            return 0;
        }

        if (args is ["non-finite-diagnosis"])
        {
            Console.WriteLine(NonFiniteTests.Diagnosis());
            return 0;
        }

        var builder = MoeApplication.CreateBuilder(args);
        builder.Services.AddSingleton(MoeVariant.Of<ResumedMoe>());
        builder.Services.AddSingleton(MoeVariant.Of<ResumedReMoe>());
        return await builder.Build().RunAsync();
    }

    /// <summary>Prints a step once it is saved: from then on it must not be lost.</summary>
    private static int Save(string folder, int count)
    {
        try
        {
            for (var step = 1; step <= count; step++)
            {
                Checkpoints.Store.Saves.Save(DiskFiles.Instance, step, folder);
                Console.WriteLine(step);
                new CheckpointStore(DiskFiles.Instance, folder).Keep(last: 1);
            }

            return 0;
        }
        catch (StorageException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
