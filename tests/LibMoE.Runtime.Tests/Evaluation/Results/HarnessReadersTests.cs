using System.Diagnostics;

namespace LibMoE.Runtime.Tests.Evaluation.Results;

/// <summary>
/// What Python and lm-evaluation-harness itself make of the files. The harness' own functions (lm_eval/utils.py at
/// <see cref="Commit"/>) are those of the checkout that <see cref="Checkout"/> names.
/// </summary>
public sealed class HarnessReadersTests : IDisposable
{
    private const string Commit = "003e5852ce1344120d22808a865cc1fea46f45a1";

    /// <summary>The environment variable with the path of a checkout.</summary>
    private const string Checkout = "LM_EVALUATION_HARNESS";

    /// <summary>Exit code of a script that lacks a package.</summary>
    private const int Lacking = 77;

    private const string Reader = """
        import hashlib, importlib.util, json, pathlib, sys

        folder, checkout = pathlib.Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
        if checkout:
            spec = importlib.util.spec_from_file_location("harness_utils", pathlib.Path(checkout) / "lm_eval" / "utils.py")
            utils = importlib.util.module_from_spec(spec)
            try:
                spec.loader.exec_module(utils)
                import pytablewriter
            except ImportError as lacking:
                print(lacking)
                sys.exit(77)
            hash_string, other = utils.hash_string, utils.handle_non_serializable
        else:
            hash_string, other = lambda text: hashlib.sha256(text.encode("utf-8")).hexdigest(), str

        results = json.loads((folder / "results_libmoe.json").read_text(encoding="utf-8"))
        assert json.dumps(results, indent=2, ensure_ascii=False) + "\n" == (folder / "results_libmoe.json").read_text(encoding="utf-8"), "layout"
        seen = 0
        for path in sorted(folder.glob("samples_*.jsonl")):
            hashes = []
            for line in path.read_text(encoding="utf-8").splitlines():
                sample = json.loads(line)
                assert json.dumps(sample, ensure_ascii=False) == line, line
                first = sample["arguments"]["gen_args_0"]["arg_0"]
                assert sample["doc_hash"] == hash_string(json.dumps(sample["doc"], indent=2, default=other, ensure_ascii=False)), line
                assert sample["prompt_hash"] == hash_string(first), line
                assert sample["target_hash"] == hash_string(str(sample["target"])), line
                for answer in sample["filtered_resps"]:
                    if isinstance(answer, list):
                        assert answer[1] in ("True", "False") and str(float(answer[0])) == answer[0], line
                if checkout:
                    assert utils.sanitize_list(sample["resps"]) == sample["resps"], line
                hashes.append(sample["doc_hash"] + sample["prompt_hash"] + sample["target_hash"])
                seen += 1
            if checkout:
                name = utils.get_file_task_name(path.name)
            else:
                name = path.name[len("samples_"):-len("_libmoe.jsonl")]
            assert results["task_hashes"][name.replace("a__b", "a/b")] == hash_string("".join(hashes)), path
        if checkout:
            names = [str(path) for path in folder.iterdir()]
            assert len(utils.get_results_filenames(names)) == 1
            assert len(utils.get_sample_results_filenames(names)) == len(results["configs"])
            for row in (" - sample_group 0", "1.0000", "0.0000", "winogrande"):
                assert row in utils.make_table(json.loads(json.dumps(results))), row
            utils.make_table(json.loads(json.dumps(results)), "groups")
        print(seen)
        """;

    private readonly HarnessExport _export = new HarnessExport().Write();

    public void Dispose() => _export.Dispose();

    [SkippableFact]
    public void Python_writes_the_same_bytes_and_takes_the_same_hashes() => Assert.Equal("12", Read());

    [SkippableFact]
    public void The_harness_own_functions_read_the_files_print_the_table_and_take_the_same_hashes()
    {
        var checkout = Environment.GetEnvironmentVariable(Checkout);
        Skip.If(string.IsNullOrEmpty(checkout), $"{Checkout} names no checkout of EleutherAI/lm-evaluation-harness at {Commit}");

        Assert.Equal("12", Read(checkout!));
    }

    private string Read(params string[] checkout)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", Reader, _export.Folder, .. checkout])
        {
            start.ArgumentList.Add(argument);
        }

        Process? python = null;
        try
        {
            python = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "there is no python3");
        }

        using (python)
        {
            var errors = python!.StandardError.ReadToEndAsync();
            var output = python.StandardOutput.ReadToEnd().Trim();
            python.WaitForExit();
            Skip.If(python.ExitCode == Lacking, $"Python lacks what the harness needs: {output}");
            Assert.True(python.ExitCode == 0, errors.GetAwaiter().GetResult());
            return output;
        }
    }
}
