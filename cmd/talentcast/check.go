package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
	"talentcast/ingest"
)

// check prints how a file is understood and what loading it would do. Nothing is
// changed.
func (a *app) check(ctx context.Context, s *datasets.Store, x source, o ingest.Options) error {
	data, err := x.read(o.Limits)
	if err != nil {
		return err
	}
	bar := a.bar(x.name)
	o.Progress = bar.set
	p, err := ingest.Look(ctx, s, x.name, data, o)
	bar.done()
	if err != nil {
		return err
	}
	a.preview(p, o.Policy)
	switch {
	case p.Problem != nil:
		return p.Problem
	case p.Refused > 0:
		return errRefused
	}
	return nil
}

func (a *app) preview(p *ingest.Preview, policy datasets.Policy) {
	fmt.Fprintf(a.out, a.text("%s：%s", "%s: %s"), p.File, report.KindName(p.Kind, a.lang))
	if p.Encoding != "" {
		fmt.Fprintf(a.out, a.text("，编码 %s", ", encoding %s"), p.Encoding)
	}
	if p.Profile != nil {
		fmt.Fprintf(a.out, a.text("，列按记住的第%d号对应", ", columns as remembered under %d"), p.Profile.ID)
	}
	fmt.Fprintln(a.out)
	a.write(report.Mapping(p, a.lang))
	if p.Problem != nil {
		return
	}
	a.write(report.Understood(p, policy, a.lang))
	if len(p.Reasons) > 0 {
		a.write(report.Reasons(p, a.lang))
	}
	for _, f := range p.LeftOut {
		if ingest.Warns(f.Code) {
			fmt.Fprintln(a.out, a.text("注意："+f.ReasonZh+"。"+f.RemedyZh, "check: "+f.ReasonEn+". "+f.RemedyEn))
			continue
		}
		fmt.Fprintln(a.out, a.text("略过："+f.ReasonZh, "left out: "+f.ReasonEn))
	}
	k := p.Check
	if k.Elsewhere > 0 {
		fmt.Fprintf(a.out, a.text("有%d人在别的类别、文件或部门里也有记录（其中%d人跨部门）；允许，同一目标树里只计一次。\n",
			"%d people stand in another category, file or department too (%d of them in another department); that is allowed, they count once under one root.\n"), k.Elsewhere, k.OtherDept)
		a.write(report.Alike(k.ElsewhereShown, policy, a.lang))
	}
	if k.Near > 0 {
		fmt.Fprintf(a.out, a.text("有%d行与别的行只差编号，请核对是否重复；不会自动合并。\n",
			"%d rows differ from another one in the key only; check whether they repeat it. Nothing is merged.\n"), k.Near)
		a.write(report.Alike(k.NearShown, policy, a.lang))
	}
	if k.Already != nil {
		fmt.Fprintf(a.out, a.text("内容与批次%d相同，载入不会有任何改动。\n", "The same bytes are batch %d; loading them changes nothing.\n"), k.Already.ID)
	}
	fmt.Fprintf(a.out, a.text("载入将会：读取%d行，新增%d，更正%d，未变%d，退回%d。尚未载入。\n",
		"Loading it would: read %d rows, %d new, %d corrected, %d unchanged, %d refused. Nothing has been loaded.\n"),
		p.Read, k.New, k.Corrects, k.Unchanged, p.Refused)
}

func (a *app) write(t report.Table) {
	if len(t.Rows) == 0 {
		return
	}
	fmt.Fprintln(a.out, t.Title)
	_ = t.WriteText(a.out, a.width()) // as Fprintln above
}

// mend writes the refused rows of a file beside it, where the clerk asked for
// them.
func (a *app) mend(ctx context.Context, x source, to string, o ingest.Options) error {
	data, err := x.read(o.Limits)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	n, err := ingest.Mend(ctx, x.name, data, o, &b)
	if err != nil || n == 0 {
		return err
	}
	object := map[string]string{"policy": o.Policy.ID, "file": ingest.FileName(x.name), "to": ingest.FileName(to), "rows": strconv.Itoa(n)}
	err = a.journal("export_refused", object, func() error {
		if err := os.WriteFile(to, b.Bytes(), 0o600); err != nil {
			return fault.Newf(fault.Unavailable, "写不了 %[1]s；请换一个位置。", "%[1]s can't be written; choose another place.", to).Because(err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, a.text("退回的%d行写入 %s，改好后直接载入该文件即可；其中有原文件里的证件号码，请妥善保管。\n",
		"The %d rows refused are in %s; mend them there and load that file. It holds the ID numbers of your file: keep it safe.\n"), n, to)
	return nil
}
