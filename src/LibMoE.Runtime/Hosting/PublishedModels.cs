using LibMoE.Runtime.Reporting.Evaluations;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting;

/// <summary>Turns what a setting names a model by into a place on disk: addresses of published models are fetched, and what there is to say
/// of them is said.</summary>
internal sealed class PublishedModels(IAnsiConsole console)
{
    /// <summary>The path as it is; of an address (<c>hf:owner/name@revision</c>), where its model lies.</summary>
    /// <returns>The place, and what the model is called where it goes: a pinned address, or the name of its file or folder.</returns>
    /// <exception cref="ConfigurationException">There is no such model, or it cannot be had; see
    /// <see cref="HubModels.FindAsync"/>.</exception>
    /// <exception cref="DownloadException">The server cannot be reached, and the cache does not have the model.</exception>
    /// <exception cref="StorageException">What was sent is wrong, or a file cannot be written.</exception>
    public async Task<(string Path, string Named)> FindAsync(string path, CancellationToken stop)
    {
        if (!HubAddress.IsAddress(path))
        {
            return (path, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)));
        }

        var (address, hub) = (HubAddress.Parse(path), new HubModels());
        HubModel? found = null;
        await new EvaluationDisplay(console).ShowAsync(
            async progress => found = await hub.FindAsync(address, progress, stop).ConfigureAwait(false)).ConfigureAwait(false);
        if (found!.Note is { } note)
        {
            console.WriteLine(note);
        }

        return (found.Path, found.Address.ToString());
    }

    /// <summary>Where each address among several paths lies; what is no address is left out.</summary>
    /// <exception cref="ConfigurationException">See <see cref="FindAsync"/>.</exception>
    /// <exception cref="DownloadException">See <see cref="FindAsync"/>.</exception>
    /// <exception cref="StorageException">See <see cref="FindAsync"/>.</exception>
    public async Task<IReadOnlyDictionary<string, string>> FindAllAsync(IEnumerable<string> paths, CancellationToken stop)
    {
        var places = new Dictionary<string, string>();
        foreach (var path in paths.Where(HubAddress.IsAddress).Distinct())
        {
            places[path] = (await FindAsync(path, stop).ConfigureAwait(false)).Path;
        }

        return places;
    }
}
