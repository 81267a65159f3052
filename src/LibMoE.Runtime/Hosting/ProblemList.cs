using Microsoft.Extensions.Options;

namespace LibMoE.Runtime.Hosting;

/// <summary>Gathers what several checks find wrong, so that a user reads all of it at once.</summary>
internal sealed class ProblemList
{
    private readonly List<string> _found = [];

    /// <summary>What was found, one sentence each, none twice.</summary>
    public IReadOnlyList<string> Found => [.. _found.Distinct()];

    /// <summary>Makes a check and keeps what it finds. Settings that cannot be read, or are wrong in themselves, are reported by their
    /// section; files that cannot be read, by whoever reads them.</summary>
    public void Try(Action check)
    {
        try
        {
            check();
        }
        catch (ConfigurationException wrong)
        {
            _found.AddRange(wrong.Problems);
        }
        catch (UnregisteredPartException wrong)
        {
            _found.Add(wrong.Message);
        }
        catch (Exception unreadable) when (unreadable is OptionsValidationException
            or InvalidOperationException or EvaluationDataException or StorageException or IOException or UnauthorizedAccessException)
        {
        }
    }
}
